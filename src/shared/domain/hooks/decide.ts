/** What a delivery tells, whoever sent it. */
export interface Told {
  readonly service: string;
  readonly version?: string;
  readonly branch?: string;
  readonly commit?: string;
  readonly message?: string;
  readonly author?: string;
  readonly image?: string;
  /** Milliseconds since the epoch at which it happened, where the sender says so. */
  readonly happenedAt?: number;
}

/** A row of a decision table. */
export interface Decision {
  readonly branch?: string;
  readonly service?: string;
  readonly action: 'deploy' | 'nothing';
  readonly environments?: readonly string[];
}

/** Where to deploy, and the row that said so; without a row nothing is deployed. */
export interface Decided {
  readonly environments: readonly string[];
  /** Place of the row in the table. */
  readonly row?: number;
}

/** The first row that fits decides. */
export function decideByTable(table: readonly Decision[], told: Told): Decided {
  const row = table.findIndex((each) => fits(each, told));
  const found = table[row];
  if (!found) return { environments: [] };
  return { environments: found.action === 'deploy' ? (found.environments ?? []) : [], row };
}

/** Fills `{service}`, `{version}`, `{commit}` and `{branch}` in; answers the name that is missing instead. */
export function fillIn(text: string, told: Told): { readonly text: string } | { readonly missing: string } {
  let missing: string | undefined;
  const filled = text.replace(/\{(service|version|commit|branch)\}/g, (_, name: keyof Told) => {
    const value = told[name];
    if (value === undefined) missing ??= name;
    return String(value ?? '');
  });
  return missing === undefined ? { text: filled } : { missing };
}

function fits({ branch, service }: Decision, told: Told): boolean {
  if (service !== undefined && service !== told.service) return false;
  return branch === undefined || (told.branch !== undefined && matchesGlob(branch, told.branch));
}

/** `*` stands for any text. Takes time linear in both, unlike a regular expression made of it might. */
function matchesGlob(glob: string, text: string): boolean {
  const [head = '', ...rest] = glob.split('*');
  const tail = rest.pop();
  if (tail === undefined) return text === head;
  if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
  const end = text.length - tail.length;
  let at = head.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

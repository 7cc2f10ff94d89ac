import { copyOf, isSame } from '../json.js';
import type { KubeObject } from '../object.js';
import type { KubernetesTarget } from '../target.js';
import { KubeStatusError } from '../transport.js';
import { isEarlierDeployer, isMine } from './field-managers.js';
import { assign, pathsOf, textOf, valueOn } from './field-set.js';

export type ConflictRules = NonNullable<KubernetesTarget['conflicts']>;
type Answer = 'refuse' | 'take' | 'leave';

/** A field that another manager owns with another value. */
export interface Conflict {
  readonly manager: string;
  /** As the API server writes it. */
  readonly field: string;
  /** When the manager last wrote, RFC 3339. */
  readonly since: string | undefined;
}

/** The conflicts that an apply was refused for; `undefined` for every other error. */
export function conflictsOf(error: unknown, live: KubeObject | undefined): readonly Conflict[] | undefined {
  if (!(error instanceof KubeStatusError) || error.status !== 409) return undefined;
  const causes = error.causes.filter(({ reason }) => reason === 'FieldManagerConflict');
  if (causes.length === 0) return undefined;
  return causes.map(({ message = '', field = '' }) => {
    const manager = /conflict with "((?:[^"\\]|\\.)*)"/.exec(message)?.[1] ?? message;
    const times = (live?.metadata.managedFields ?? [])
      .filter((entry) => entry.manager === manager)
      .flatMap(({ time }) => time ?? []);
    return { manager, field, since: times.sort().at(-1) };
  });
}

/** What happens with the fields of a manager. A name of the target's rules wins over one with a star. */
export function answerFor(manager: string, rules: ConflictRules): Answer {
  const named = Object.entries(rules.managers ?? {});
  const exact = named.find(([name]) => name === manager);
  const starred = named.find(([name]) => name.endsWith('*') && manager.startsWith(name.slice(0, -1)));
  const said = (exact ?? starred)?.[1];
  if (said) return said;
  return isEarlierDeployer(manager) ? 'take' : (rules.otherwise ?? 'refuse');
}

/** How to apply in spite of conflicts, or which of them stand in the way. */
export function resolve(
  conflicts: readonly Conflict[],
  rules: ConflictRules,
):
  | { readonly said: 'go'; readonly left: ReadonlySet<string> }
  | { readonly said: 'refused'; readonly conflicts: readonly Conflict[] } {
  const refused = conflicts.filter(({ manager }) => answerFor(manager, rules) === 'refuse');
  if (refused.length > 0) return { said: 'refused', conflicts: refused };
  const left = conflicts.filter(({ manager }) => answerFor(manager, rules) === 'leave');
  return { said: 'go', left: new Set(left.map(({ manager }) => manager)) };
}

/** The configuration without the fields that these managers own with another value: they stay as they are. */
export function withoutFieldsOf(
  managers: ReadonlySet<string>,
  configuration: KubeObject,
  live: KubeObject,
): KubeObject {
  const copy = copyOf(configuration);
  for (const entry of live.metadata.managedFields ?? []) {
    if (!managers.has(entry.manager)) continue;
    for (const path of pathsOf(entry.fieldsV1)) {
      const wanted = valueOn(copy, path);
      if (wanted !== undefined && !isSame(wanted, valueOn(live, path))) assign(copy, path, undefined);
    }
  }
  return copy;
}

/** One line for people. */
export function sentenceOf({ manager, field, since }: Conflict): string {
  return `${field} is owned by ${manager}${since ? ` since ${since}` : ''}`;
}

/** Whether somebody other than Beanpod owns a field of the object, and who. */
export function foreignOwnerOf(live: KubeObject, field: string, mine: string): string | undefined {
  const owner = (live.metadata.managedFields ?? []).find(
    (entry) => !isMine(entry, mine) && pathsOf(entry.fieldsV1).some((path) => textOf(path) === field),
  );
  return owner?.manager;
}

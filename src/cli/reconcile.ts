import type { ApiClient } from './api-client.js';
import type { Wanted } from './configuration.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { Stop } from './stop.js';

/** Something that the API does not have as the files want it. */
export interface Change {
  readonly wanted: Wanted;
  /** What is there; undefined when nothing is. */
  readonly now: unknown;
}

/** What the API keeps at a path, without its names; undefined when nothing is there. */
export async function currentOf(client: ApiClient, path: string): Promise<unknown> {
  try {
    const {
      service: _service,
      environment: _environment,
      ...value
    } = await client.get<Record<string, unknown>>(path);
    return value;
  } catch (error) {
    if (error instanceof Stop && error.problem?.status === 404) return undefined;
    throw error;
  }
}

/**
 * Has the API judge every change without making it. Throws a `Stop` with all that is wrong, each with the line of its
 * file; nothing is written then.
 */
export async function proveAcceptable(
  client: ApiClient,
  wanted: readonly Wanted[],
  changes: readonly Change[],
): Promise<void> {
  const problems: string[] = [];
  let code: ExitCode = EXIT.invalid;
  for (const { wanted: each } of changes) {
    problems.push(...(await missingFor(client, wanted, each)));
    const stop = await stopOf(() =>
      client.call(`${each.path}?dryRun=true`, { method: 'PUT', body: each.value }),
    );
    if (!stop) continue;
    if (!stop.problem) throw stop;
    problems.push(...wordsOf(stop, each));
    if (stop.code === EXIT.denied) code = EXIT.denied;
  }
  if (problems.length > 0) throw new Stop(code, `Nothing was applied:\n${problems.join('\n')}`);
}

/** Writes one after the other, in an order in which each finds what it needs. Throws a `Stop` that says how far it came. */
export async function writeChanges(
  client: ApiClient,
  changes: readonly Change[],
  written: (wanted: Wanted) => void,
): Promise<void> {
  for (const { wanted } of changes) {
    const stop = await stopOf(() => client.call(wanted.path, { method: 'PUT', body: wanted.value }));
    if (stop) throw stoppedAt(changes, wanted, stop);
    written(wanted);
  }
}

function stoppedAt(changes: readonly Change[], wanted: Wanted, stop: Stop): Stop {
  const titles = changes.map((change) => change.wanted.title);
  const at = titles.indexOf(wanted.title);
  const list = (some: readonly string[]) => (some.length === 0 ? 'nothing' : some.join(', '));
  const what = stop.problem
    ? 'was refused, although it passed when it was tried:'
    : 'may or may not be written:';
  const lines = [
    `${wanted.title} ${what}`,
    ...wordsOf(stop, wanted),
    `Written before it: ${list(titles.slice(0, at))}`,
    `Not written: ${list(titles.slice(at + 1))}`,
  ];
  return new Stop(stop.code, lines.join('\n'), stop.problem);
}

async function missingFor(
  client: ApiClient,
  wanted: readonly Wanted[],
  { title, needs, place }: Wanted,
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const path of needs) {
    const isThere =
      wanted.some((each) => each.path === path) || (await currentOf(client, path)) !== undefined;
    if (!isThere)
      missing.push(`${place('')} ${title} needs ${nameAt(path)}, which is in no file and not there`);
  }
  return missing;
}

/** `service shop` of `/v1/services/shop`. */
function nameAt(path: string): string {
  const [, , kinds = '', name = ''] = path.split('/');
  return `the ${kinds.slice(0, -1)} ${decodeURIComponent(name)}`;
}

/** What a call was stopped by; undefined when it was not. */
async function stopOf(call: () => Promise<unknown>): Promise<Stop | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    if (error instanceof Stop) return error;
    throw error;
  }
}

/** Why something was refused, with the lines of the file that it is about. */
function wordsOf({ message, problem }: Stop, { place }: Wanted): readonly string[] {
  const errors = problem?.errors ?? [];
  return errors.length > 0
    ? errors.map(({ pointer, detail }) => `${place(pointer)} ${pointer} ${detail}`)
    : [`${place('')} ${message}`];
}

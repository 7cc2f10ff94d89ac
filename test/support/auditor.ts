import type { Deployment } from '../../src/shared/domain/deployment.js';
import { isEnded, type State } from '../../src/shared/domain/state.js';
import type { Line } from '../../src/shared/store/entries.js';
import { BAD, FIRST_VERSION, type CloudWrite } from '../chaos/cloud-protocol.js';

/** Everything that is left after a run: what clients were told, what is stored, and what the cloud saw. */
export interface Evidence {
  /** Ids that a client got with a 202, by idempotency key. */
  readonly accepted: ReadonlyMap<string, string>;
  readonly deployments: readonly Deployment[];
  readonly journals: ReadonlyMap<string, readonly Line[]>;
  /** In the order in which the cloud saw them. */
  readonly writes: readonly CloudWrite[];
  /** What the store finds wrong with itself. */
  readonly complaints: readonly string[];
  /** Sets, queues and holders that must be empty once all has ended, with what is still in them. */
  readonly leftovers: ReadonlyMap<string, readonly string[]>;
}

/** Every promise that was broken, one sentence each; empty when nothing was lost, doubled, overtaken or left behind. */
export function audit(evidence: Evidence): readonly string[] {
  const { deployments, journals, writes, complaints, leftovers } = evidence;
  const taken = writes.filter(({ answer }) => answer === 'accepted');
  return [
    ...acceptance(evidence),
    ...deployments.flatMap(ending),
    ...deployments.flatMap((each) => ownWrites(each, taken)),
    ...[...groupBy(taken, ({ target }) => target).values()].flatMap((each) => order(each, deployments)),
    ...deployments.flatMap((each) => journal(each.id, journals.get(each.id) ?? [], taken)),
    ...complaints.map((complaint) => `the store says: ${complaint}`),
    ...[...leftovers].flatMap(([place, left]) =>
      left.length > 0 ? [`${place} still holds ${left.join(', ')}`] : [],
    ),
  ];
}

function acceptance({ accepted, deployments }: Evidence): readonly string[] {
  const stored = new Set<string>(deployments.map(({ id }) => id));
  const told = new Set(accepted.values());
  return [
    ...[...accepted]
      .filter(([, id]) => !stored.has(id))
      .map(([key, id]) => `accepted for ${key} and lost: ${id}`),
    ...[...stored].filter((id) => !told.has(id)).map((id) => `stored but never told to anybody: ${id}`),
    ...(told.size < accepted.size ? ['one deployment was told for two keys'] : []),
  ];
}

function ending({ id, state, finishedAt }: Deployment): readonly string[] {
  if (!isEnded(state)) return [`not ended: ${id} is ${state.name}`];
  if (finishedAt === undefined) return [`ended without a time: ${id}`];
  return state.name === 'succeeded' || reasonOf(state) !== ''
    ? []
    : [`${state.name} without a reason: ${id}`];
}

function reasonOf(state: State): string {
  if ('failure' in state) return state.failure.detail;
  return 'cause' in state ? state.cause.detail : '';
}

/** What a deployment wrote must fit how it ended, and be there once. */
function ownWrites({ id, state, request }: Deployment, taken: readonly CloudWrite[]): readonly string[] {
  const own = taken.filter(({ deployment }) => deployment === id);
  const seen = own.map(({ direction }) => direction).join(', ') || 'nothing';
  const allowed = WRITES[state.name] ?? [];
  const found: string[] = [];
  if (!allowed.includes(seen)) found.push(`${id} ${state.name} after writing ${seen}`);
  if (own.some(({ direction, version }) => direction === 'forward' && version !== request.version))
    found.push(`${id} wrote another version than ${request.version}`);
  if (state.name === 'succeeded' && request.version.includes(BAD))
    found.push(`${id} succeeded with a bad version`);
  return found;
}

/** A cancelled or superseded one had not written; a rollback without a write forward undoes one that was never sent. */
const WRITES: Readonly<Partial<Record<State['name'], readonly string[]>>> = {
  succeeded: ['forward'],
  rolled_back: ['forward, back', 'back'],
  cancelled: ['nothing'],
  superseded: ['nothing'],
  expired: ['nothing'],
  failed: ['nothing'],
};

/** Writes of one target: each from the owner of its time, one deployment after the other, in the order of acceptance. */
function order(taken: readonly CloudWrite[], deployments: readonly Deployment[]): readonly string[] {
  const numbers = new Map<string, number>(deployments.map(({ id, number }) => [id, number]));
  const byId = new Map<string, Deployment>(deployments.map((each) => [each.id, each]));
  const found: string[] = [];
  let last: CloudWrite | undefined;
  for (const write of taken) {
    const about = `${write.target}: ${write.direction} of ${write.deployment}`;
    if (!numbers.has(write.deployment)) found.push(`${about} is of no deployment`);
    if (last && write.epoch < last.epoch)
      found.push(`${about} with epoch ${write.epoch} after ${last.epoch}`);
    if (last && (numbers.get(write.deployment) ?? 0) < (numbers.get(last.deployment) ?? 0))
      found.push(`${about} after the later ${last.deployment}`);
    last = write;
  }
  const runs = taken.filter(({ deployment }) => byId.get(deployment)?.state.name === 'succeeded').at(-1);
  const expected = runs?.version ?? FIRST_VERSION;
  const isDone = deployments.every(({ state }) => isEnded(state) && state.name !== 'rollback_failed');
  if (isDone && last && last.version !== expected)
    found.push(`${last.target} runs ${last.version} where ${expected} was the last to succeed`);
  return found;
}

/** Numbered without gaps, first the acceptance, last the one end; each session's lines in order and none of a stale one. */
function journal(id: string, lines: readonly Line[], taken: readonly CloudWrite[]): readonly string[] {
  const found: string[] = [];
  const codes = lines.map(({ code }) => code);
  if (lines.some(({ n }, index) => n !== index + 1)) found.push(`${id}: line numbers have a gap`);
  if (lines.some(({ at }, index) => at < (lines[index - 1]?.at ?? 0))) found.push(`${id}: time runs back`);
  if (codes[0] !== 'deployment.accepted') found.push(`${id}: the journal does not begin with the acceptance`);
  const ends = codes.filter((code) => END.test(code ?? ''));
  if (ends.length !== 1 || !END.test(codes.at(-1) ?? ''))
    found.push(`${id}: ended ${ends.length} times or not last`);
  const sessions = said(lines);
  const epochs = sessions.map(({ epoch }) => epoch);
  if (epochs.some((epoch, index) => epoch < (epochs[index - 1] ?? 0)))
    found.push(`${id}: a stale owner wrote lines`);
  for (const [epoch, counts] of groupBy(sessions, (line) => line.epoch)) {
    if (counts.some(({ count }, index) => count !== index + 1))
      found.push(
        `${id}: lines of ${epoch} were lost, doubled or swapped: ${counts.map(({ count }) => count).join(' ')}`,
      );
  }
  for (const write of taken.filter(({ deployment }) => deployment === id)) {
    const kept = sessions.filter(({ epoch }) => epoch === write.epoch).length;
    if (kept < write.said) found.push(`${id}: ${write.said} lines said before a write, ${kept} kept`);
  }
  return found;
}

const END = /^deployment\.(succeeded|rolled_back|rollback_failed|failed|superseded|cancelled|expired)$/;

/** The lines that the provider of the suite numbered. */
function said(lines: readonly Line[]): readonly { epoch: number; count: number }[] {
  return lines.flatMap(({ text }) => {
    const [, epoch, count] = /^line (\d+) (\d+) /.exec(text) ?? [];
    return epoch === undefined ? [] : [{ epoch: Number(epoch), count: Number(count) }];
  });
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

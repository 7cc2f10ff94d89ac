import type { Turn } from '../../contract.js';
import type { Baseline } from '../baseline.js';
import type { Rollout } from '../rollout.js';
import { versionSentSince } from '../sent-since.js';
import { siteFor, type Pair, type Turnover } from './pair.js';

/** From the stored baseline, which must be one of a pair. */
export function turnoverOf(pair: Pair, baseline: Baseline): Turnover {
  if (baseline.pair === undefined) throw new Error('The baseline is not one of a blue/green target');
  const { live, idle } = baseline.pair;
  for (const name of pair.names) pair.sideOf(name).watch.since(baseline.anchorMs);
  return { pair, live: { ...siteFor(pair, live), baseline }, idleName: idle };
}

/** What `await-idle` stores: the idle environment as it was before the version came. */
export type IdleBaseline = Omit<Baseline, 'rollback'>;

/** The idle environment as a rollout of its own; `undefined` until it was seen Ready with its configuration. */
export function idleRollout(turn: Turn, { pair, idleName }: Turnover): Rollout | undefined {
  const note = turn.noteOf('forward', 'await-idle');
  const known = note === undefined ? undefined : readIdleNote(note);
  if (known === undefined) return undefined;
  const rollback = { proof: 'none', reason: 'The idle environment has no traffic.' } as const;
  // Without an update the instances of before are the right ones, and none has to be younger.
  const instances = versionSentSince(turn) === undefined ? [] : known.instances;
  return { ...siteFor(pair, idleName), baseline: { ...known, instances, rollback } };
}

/** A note that is not of this kind reads as none. */
function readIdleNote(note: string): IdleBaseline | undefined {
  if (!note.startsWith('{')) return undefined;
  const { idle } = JSON.parse(note) as { readonly idle?: IdleBaseline };
  return idle;
}

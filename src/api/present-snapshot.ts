import type { DiffView, RunView } from '../shared/contract/snapshot.js';
import type { RunChange } from '../shared/domain/compare-runs.js';
import type { Run } from '../shared/store/snapshots.js';
import { timestamp } from './present.js';

/** What callers see of what runs on a target. */
export function presentRun({ version, deployment, content, digests, since, certain }: Run): RunView {
  return { version, deployment, content, ...(digests && { digests }), since: timestamp(since), certain };
}

/** What callers see of a difference. */
export function presentChange({ service, change, from, to }: RunChange<Run>): DiffView['services'][number] {
  return { service, change, ...(from && { from: presentRun(from) }), ...(to && { to: presentRun(to) }) };
}

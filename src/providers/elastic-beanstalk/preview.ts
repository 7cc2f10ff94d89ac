import { batches, updateDeadlineMs } from './deadlines.js';
import type { Rollout } from './rollout.js';

/** What a deployment would change, one sentence a line. */
export function previewOf({ baseline, release, target, to }: Rollout): readonly string[] {
  const { instances, policy, rollback } = baseline;
  const count =
    baseline.reporting === 'enhanced'
      ? `${instances.length} instances`
      : 'instances (basic health reporting)';
  const rolling = policy.startsWith('Rolling') ? ` in ${batches(baseline)} batches` : '';
  const deadline = target.updateDeadlineMinutes ?? Math.ceil(updateDeadlineMs(baseline) / 60_000);
  return [
    `${target.environment}: ${baseline.label ?? 'no version'} → ${to}`,
    `Source: ${release.artifact.type}`,
    `Policy ${policy} on ${count}${rolling}; given up after ${deadline} minutes`,
    wayBack(rollback, baseline.label),
  ];
}

function wayBack(rollback: Rollout['baseline']['rollback'], label: string | undefined): string {
  switch (rollback.proof) {
    case 'proven':
      return `Way back: ${label ?? ''} is proven to be deployable`;
    case 'unproven':
      return `Way back: ${label ?? ''}, not proven: ${rollback.reason ?? ''}`;
    case 'none':
      return `No way back: ${rollback.reason ?? ''}`;
  }
}

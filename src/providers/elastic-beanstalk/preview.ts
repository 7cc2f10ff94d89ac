import { batches, updateDeadlineMs } from './deadlines.js';
import { titlesOf } from './options/option.js';
import type { OptionChange } from './options/wanted.js';
import { lossOf } from './options/way-back.js';
import type { Rollout } from './rollout.js';

/** What a deployment would change, one sentence a line. */
export function previewOf({ baseline, release, target, to }: Rollout): readonly string[] {
  const { instances, options = [], policy, rollback } = baseline;
  const count =
    baseline.reporting === 'enhanced'
      ? `${instances.length} instances`
      : 'instances (basic health reporting)';
  const rolling = policy.startsWith('Rolling') ? ` in ${batches(baseline)} batches` : '';
  const deadline = target.updateDeadlineMinutes ?? Math.ceil(updateDeadlineMs(baseline) / 60_000);
  return [
    `${target.environment}: ${baseline.label ?? 'no version'} → ${to}`,
    `Source: ${release.artifact.type}`,
    ...optionLines(options),
    `Policy ${policy} on ${count}${rolling}; given up after ${deadline} minutes`,
    wayBack(rollback, baseline.label),
  ];
}

/** Names alone: values may be secrets. */
function optionLines(options: readonly OptionChange[]): readonly string[] {
  if (options.length === 0) return [];
  const losses = options.map(lossOf).filter((loss) => loss !== undefined);
  return [
    `First changes the option settings ${titlesOf(options)}`,
    ...losses.map((loss) => `A rollback cannot restore ${loss}`),
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

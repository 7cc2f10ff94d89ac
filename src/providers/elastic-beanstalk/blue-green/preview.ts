import { updateDeadlineMs } from '../deadlines.js';
import type { Turnover } from './pair.js';

/** What a blue/green deployment would change, one sentence a line. */
export function previewOfPair({ pair, live, idleName }: Turnover): readonly string[] {
  const { baseline, release, target, to } = live;
  const minutes = target.updateDeadlineMinutes ?? Math.ceil(updateDeadlineMs(baseline) / 60_000);
  const probe = target.blueGreen?.probe;
  return [
    `${target.environment} holds ${pair.cname} with ${baseline.label ?? 'no version'} and stays as it is`,
    `${idleName} gets its configuration and ${to}, by the policy ${baseline.policy}; given up after ${minutes} minutes`,
    `Source: ${release.artifact.type}`,
    probe === undefined
      ? `Traffic moves to ${idleName} when it is healthy`
      : `Traffic moves to ${idleName} when it is healthy and answers well at ${probe.path}`,
    `Way back: ${target.environment} gets the traffic again by another swap`,
  ];
}

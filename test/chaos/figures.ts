import type { Line } from '../../src/shared/store/entries.js';
import type { Evidence } from '../support/auditor.js';
import type { Inflicted } from './inflict.js';

/** What a run measured, for people and for docs/reliability.md. Times are milliseconds. */
export interface Figures {
  readonly faults: Readonly<Record<string, number>>;
  readonly ends: Readonly<Record<string, number>>;
  readonly writes: Readonly<Record<string, number>>;
  readonly lines: number;
  /** From a worker's shutdown handing over to the claim of the next worker. */
  readonly handOver: Spread;
  /** From the kill of a worker to the claim of the next one, for each deployment that it carried. */
  readonly resume: Spread;
  readonly leasesLost: number;
  /** From acceptance to the end. */
  readonly duration: Spread;
}

export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

/** Derives the figures of a run from its evidence. */
export function figuresOf(evidence: Evidence, inflicted: readonly Inflicted[]): Figures {
  const journals = [...evidence.journals.values()];
  return {
    faults: countBy(inflicted, ({ kind }) => kind),
    ends: countBy(evidence.deployments, ({ state }) => state.name),
    writes: countBy(evidence.writes, ({ answer }) => answer),
    lines: journals.reduce((sum, lines) => sum + lines.length, 0),
    handOver: spreadOf(journals.flatMap(handOvers)),
    resume: spreadOf(
      inflicted
        .filter(({ kind }) => kind === 'worker-kill')
        .flatMap((kill) => journals.flatMap((lines) => resumed(lines, kill))),
    ),
    leasesLost: journals.flat().filter(({ code }) => code === 'deployment.lease-lost').length,
    duration: spreadOf(
      evidence.deployments.map(({ acceptedAt, finishedAt }) => (finishedAt ?? acceptedAt) - acceptedAt),
    ),
  };
}

function handOvers(lines: readonly Line[]): readonly number[] {
  return lines.flatMap(({ code, at }, index) => {
    if (code !== 'deployment.handed-over') return [];
    const next = lines.slice(index).find((line) => line.code === 'deployment.claimed');
    return next ? [next.at - at] : [];
  });
}

/** The time until somebody else took what the killed worker carried, if it carried this one. */
function resumed(lines: readonly Line[], { at, worker }: Inflicted): readonly number[] {
  const claims = lines.filter(({ code }) => code === 'deployment.claimed');
  const before = claims.filter((claim) => claim.at <= at).at(-1);
  const gaveUp = lines.some(
    (line) => line.code === 'deployment.handed-over' && line.at <= at && line.at >= (before?.at ?? 0),
  );
  if (before?.data?.['worker'] !== worker || gaveUp) return [];
  const next = claims.find((claim) => claim.at > at);
  return next ? [next.at - at] : [];
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), most: Math.round(sorted.at(-1) ?? 0) };
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}

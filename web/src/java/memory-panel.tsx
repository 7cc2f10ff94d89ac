import { spellBytes, type Usage } from './figures.js';
import { HEIGHT, pointsOf, WIDTH } from './points.js';

/** Memory in use at a moment, in bytes. */
export interface Sample {
  readonly at: number;
  readonly heap: number;
  readonly nonHeap: number;
}

/** One kind of memory: how much is in use now, of how much, and how that went while this was open. */
export function MemoryPanel({
  name,
  usage,
  samples,
  of,
}: {
  readonly name: string;
  readonly usage: Usage | undefined;
  readonly samples: readonly Sample[];
  readonly of: 'heap' | 'nonHeap';
}) {
  if (!usage)
    return (
      <section className="panel java-panel" aria-label={name}>
        <h2>{name}</h2>
        <p className="faint">not told</p>
      </section>
    );
  const { used, committed, max } = usage;
  const limit = max ?? committed;
  return (
    <section className="panel java-panel" aria-label={name}>
      <h2>{name}</h2>
      <p className="key-value">
        {spellBytes(used)}{' '}
        <small>
          of {spellBytes(limit)}
          {max === undefined && ' reserved, no limit'}
        </small>
      </p>
      <progress max={limit} value={used} aria-label={`${name} in use`} />
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${name} since this was opened, ${samples.length} looks`}
      >
        <polyline
          className="java-line"
          points={pointsOf(
            samples.map((each) => ({ at: each.at, value: each[of] })),
            limit,
          )}
        />
      </svg>
    </section>
  );
}

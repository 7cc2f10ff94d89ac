const SUFFIXES: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
  Pi: 1024 ** 5,
};

/** The number that a quantity such as `250m` or `1Gi` stands for; 0 when it cannot be read. */
export function readQuantity(text: unknown): number {
  if (typeof text === 'number') return text;
  if (typeof text !== 'string') return 0;
  const found = /^(?<number>[-+]?[\d.]+(?:[eE][-+]?\d+)?)(?<suffix>[A-Za-z]*)$/.exec(text.trim())?.groups;
  if (found === undefined) return 0;
  return Number(found['number']) * (SUFFIXES[found['suffix'] ?? ''] ?? 1);
}

/** A quantity in the shortest of the usual spellings: whole units, thousandths, or binary multiples for memory. */
export function writeQuantity(value: number, kind: 'cpu' | 'bytes' | 'count'): string {
  if (kind === 'bytes') {
    for (const suffix of ['Gi', 'Mi', 'Ki']) {
      const unit = SUFFIXES[suffix] ?? 1;
      if (value >= unit && value % unit === 0) return `${value / unit}${suffix}`;
    }
  }
  return Number.isInteger(value) ? String(value) : `${Math.round(value * 1000)}m`;
}

/** A count or percentage of `total`, rounded up or down. */
export function scaledValue(value: number | string | undefined, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const percent = /^(?<percent>\d+)%$/.exec(value ?? '')?.groups?.['percent'];
  if (percent === undefined) return Number(value ?? 0);
  const exact = (Number(percent) * total) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}

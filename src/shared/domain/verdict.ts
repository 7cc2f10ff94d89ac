/** Ordered from best to worst. `unknown` is last because not seeing an instance is worse news than seeing it fail. */
export const VERDICTS = ['healthy', 'progressing', 'degraded', 'unknown'] as const;

export type Verdict = (typeof VERDICTS)[number];

/** The worst of several verdicts; no verdict at all is `unknown`, never a success. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 0) return 'unknown';
  return VERDICTS[Math.max(...verdicts.map((verdict) => VERDICTS.indexOf(verdict)))] ?? 'unknown';
}

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of `90s`, `30m`, `1h30m`, `2d`; a bare number is seconds. Undefined for anything else and for nothing. */
export function readDuration(text: string): number | undefined {
  if (/^\d{1,7}$/.test(text)) return Number(text) * 1_000 || undefined;
  if (!/^(\d{1,7}(ms|s|m|h|d))+$/.test(text)) return undefined;
  let ms = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|s|m|h|d)/g))
    ms += Number(count) * UNITS[unit as keyof typeof UNITS];
  return ms || undefined;
}

/** `0:42`, `12:05`, `1:02:03`. */
export function clockOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const tail = `${h > 0 ? String(m).padStart(2, '0') : m}:${String(s).padStart(2, '0')}`;
  return h > 0 ? `${h}:${tail}` : tail;
}

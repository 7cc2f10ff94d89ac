/** Milliseconds until the next look at an update that began `ageMs` ago; sooner when an event says that it ends. */
export function cadenceMs(ageMs: number, ending: boolean): number {
  if (ending) return 5_000;
  if (ageMs < 30_000) return 10_000;
  return ageMs < 600_000 ? 15_000 : 30_000;
}

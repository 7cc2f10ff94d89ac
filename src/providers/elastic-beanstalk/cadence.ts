// A fifth earlier or later, so that deployments that began together do not ask together for ever.
const SPREAD = 0.4;

/**
 * Milliseconds until the next look at an update that began `ageMs` ago; sooner when an event says that it ends.
 * `who` names the one that looks: equal arguments give equal times, different ones spread by a fifth.
 */
export function cadenceMs(ageMs: number, ending: boolean, who: string): number {
  if (ending) return 5_000;
  return Math.round(usualMs(ageMs) * (1 + SPREAD * (fractionOf(`${who}:${Math.round(ageMs)}`) - 0.5)));
}

function usualMs(ageMs: number): number {
  if (ageMs < 30_000) return 10_000;
  return ageMs < 600_000 ? 15_000 : 30_000;
}

/** From 0 to 1, evenly enough: FNV-1a over the characters. */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash / 0x1_0000_0000;
}

/** Size of the drawing, in its own units. */
export const WIDTH = 300;
export const HEIGHT = 60;

/** Points of a line from the first to the last moment, from 0 to the limit. */
export function pointsOf(values: readonly { at: number; value: number }[], limit: number): string {
  const [first, last] = [values[0]?.at ?? 0, values.at(-1)?.at ?? 0];
  const span = Math.max(1, last - first);
  const most = Math.max(limit, 1);
  return values
    .map(({ at, value }) => {
      const x = values.length === 1 ? WIDTH : ((at - first) / span) * WIDTH;
      return `${x.toFixed(1)},${(HEIGHT - (Math.min(value, most) / most) * HEIGHT).toFixed(1)}`;
    })
    .join(' ');
}

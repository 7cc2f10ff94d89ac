/** The value below which `share` of the figures lie; NaN of none. */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** As text: `12.3 ms`. */
export function ms(figure: number): string {
  return `${figure < 100 ? figure.toFixed(1) : Math.round(figure)} ms`;
}

/** Milliseconds that each of so many calls took, one after the other. */
export async function timed(
  times: number,
  call: (nth: number) => Promise<unknown>,
): Promise<readonly number[]> {
  const took: number[] = [];
  for (let nth = 0; nth < times; nth += 1) {
    const started = performance.now();
    await call(nth);
    took.push(performance.now() - started);
  }
  return took;
}

/** Does all of them, at most `width` at once. */
export async function inParallel(
  count: number,
  width: number,
  work: (nth: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

/** Looks every 20 ms until it is so; throws after the given milliseconds. */
export async function until(what: string, withinMs: number, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Calls in flight at one time for one deployment. */
const AT_ONCE = 8;

/**
 * Does something with every item, a few at a time, and answers in the order of the items. After an error nothing more is
 * begun, and the error is thrown once what was begun has ended.
 */
export async function atOnce<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const errors: unknown[] = [];
  const queue = items.entries();
  async function work(): Promise<void> {
    for (const [index, item] of queue) {
      if (errors.length > 0) return;
      try {
        results[index] = await act(item);
      } catch (error) {
        errors.push(error);
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work));
  if (errors.length > 0) throw errors[0];
  return results;
}

/** The items in groups of as many as are handled at one time. */
export function inBatches<T>(items: readonly T[]): readonly (readonly T[])[] {
  const batches: T[][] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) batches.push(items.slice(at, at + AT_ONCE));
  return batches;
}

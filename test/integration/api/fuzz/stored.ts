import type { Redis } from 'ioredis';

/** Bytes that each kind of key takes in Redis; a kind is the word after the namespace. */
export async function storedByKind(redis: Redis, namespace: string): Promise<ReadonlyMap<string, number>> {
  const kinds = new Map<string, number>();
  const stream = redis.scanStream({ match: `{${namespace}}*`, count: 1_000 });
  for await (const page of stream as AsyncIterable<string[]>) {
    const asked = redis.pipeline();
    for (const key of page) asked.memory('USAGE', key, 'SAMPLES', 20);
    const sizes = (await asked.exec()) ?? [];
    for (const [at, key] of page.entries()) {
      const kind = key.split(':')[1] ?? '';
      kinds.set(kind, (kinds.get(kind) ?? 0) + Number(sizes[at]?.[1] ?? 0));
    }
  }
  return kinds;
}

/** Kinds that grew by more than so many bytes between two looks. */
export function grown(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  bytes: number,
): readonly string[] {
  return [...after].filter(([kind, size]) => size - (before.get(kind) ?? 0) > bytes).map(([kind]) => kind);
}

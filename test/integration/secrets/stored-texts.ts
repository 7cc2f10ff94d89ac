import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Redis } from 'ioredis';

/** Every text of a folder, archives unpacked. */
export function filesBelow(at: string): readonly string[] {
  return readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const bytes = readFileSync(path.join(entry.parentPath, entry.name));
      return (entry.name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
    });
}

/** Every key with its value, whatever its type. */
export async function everythingInRedis(client: Redis): Promise<readonly string[]> {
  const found: string[] = [];
  for (const key of await client.keys('*')) {
    const reads: Record<string, () => Promise<unknown>> = {
      string: () => client.get(key),
      hash: () => client.hgetall(key),
      set: () => client.smembers(key),
      list: () => client.lrange(key, '0', '-1'),
      zset: () => client.zrange(key, '0', '-1'),
      stream: () => client.xrange(key, '-', '+'),
    };
    const value = await reads[await client.type(key)]?.();
    // Twice: as it is, and with the escapes of JSON inside JSON taken off.
    const text = JSON.stringify(value) ?? '';
    found.push(`${key}\n${text}\n${text.replaceAll('\\\\', '\\').replaceAll('\\"', '"')}`);
  }
  return found;
}

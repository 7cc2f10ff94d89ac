import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { proveKey, type Blobs } from './blobs.js';

/** Blobs as files below a folder, which API and workers must share. The folder is made when it is missing. */
export async function createFolderBlobs(place: string): Promise<Blobs> {
  const root = resolve(place);
  const unfinished = join(root, 'unfinished');
  await mkdir(unfinished, { recursive: true });
  const pathOf = (key: string) => join(root, proveKey(key));

  return {
    async put(key, source) {
      const path = pathOf(key);
      const draft = join(unfinished, randomUUID());
      try {
        const written = await write(draft, source);
        await mkdir(dirname(path), { recursive: true });
        await rename(draft, path);
        return written;
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },

    async get(key) {
      const file = await unlessMissing(open(pathOf(key), 'r'));
      if (!file) return undefined;
      const { size } = await file.stat();
      return { size, stream: file.createReadStream() };
    },

    async size(key) {
      return (await unlessMissing(stat(pathOf(key))))?.size;
    },

    async remove(key) {
      await rm(pathOf(key), { force: true });
    },
  };
}

async function write(
  path: string,
  source: AsyncIterable<Uint8Array>,
): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  const file = await open(path, 'wx');
  try {
    for await (const chunk of source) {
      hash.update(chunk);
      size += chunk.byteLength;
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { size, sha256: hash.digest('hex') };
}

async function unlessMissing<T>(attempt: Promise<T>): Promise<T | undefined> {
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

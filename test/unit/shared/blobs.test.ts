import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundleKey } from '../../../src/shared/blobs/blobs.js';
import { createFolderBlobs } from '../../../src/shared/blobs/folder.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'beanpod-blobs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text));
}

describe('a folder of blobs', () => {
  test('gives back what was put, with its size and hash', async () => {
    const blobs = await createFolderBlobs(folder);

    const put = await blobs.put('bundles/shop/abc', chunks('hello ', 'world'));
    const got = await blobs.get('bundles/shop/abc');

    expect(put).toEqual({
      size: 11,
      sha256: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
    });
    expect(got?.size).toBe(11);
    expect(Buffer.concat((await got?.stream.toArray()) ?? []).toString()).toBe('hello world');
    expect(await blobs.size('bundles/shop/abc')).toBe(11);
  });

  test('keeps nothing of a source that throws, and throws its error again', async () => {
    const blobs = await createFolderBlobs(folder);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* chunks('half');
      throw new Error('cut off');
    }

    await expect(blobs.put('a/b', broken())).rejects.toThrow('cut off');

    expect(await blobs.get('a/b')).toBeUndefined();
    expect(await readdir(path.join(folder, 'unfinished'))).toEqual([]);
  });

  test('knows nothing of what was never put or was removed', async () => {
    const blobs = await createFolderBlobs(folder);
    await blobs.put('a/b', chunks('x'));

    await blobs.remove('a/b');
    await blobs.remove('a/b');

    expect([await blobs.get('a/b'), await blobs.size('a/b')]).toEqual([undefined, undefined]);
  });

  test.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', '.hidden', 'a/.', 'a\\b', 'a\0b', ''])(
    'refuses the key %j',
    async (key) => {
      const blobs = await createFolderBlobs(folder);

      await expect(blobs.put(key, chunks('x'))).rejects.toThrow('Not a key of a blob');
      expect(() => bundleKey('..', key)).toThrow('Not a key of a blob');
    },
  );
});

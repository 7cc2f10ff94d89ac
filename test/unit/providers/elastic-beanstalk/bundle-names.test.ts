import { ZipFile } from 'yazl';
import { describe, expect, it } from 'vitest';
import {
  bundleNames,
  bundleProblem,
  needsProcessing,
} from '../../../../src/providers/elastic-beanstalk/bundle/bundle-names.js';

async function zipOf(names: readonly string[], size = 10): Promise<Buffer> {
  const zip = new ZipFile();
  for (const name of names) zip.addBuffer(Buffer.alloc(size, name), name, { compress: false });
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

describe('the names in a bundle', () => {
  it('are read from the end of the file alone', async () => {
    const bytes = await zipOf(['a.txt', 'b/c.txt'], 200_000);
    const end = bytes.subarray(-100_000);

    expect(await bundleNames({ size: bytes.length, bytes: end })).toEqual({
      is: 'listed',
      names: ['a.txt', 'b/c.txt'],
    });
  });

  it('are given up when the directory begins earlier', async () => {
    const bytes = await zipOf(Array.from({ length: 50 }, (_, index) => `file-${index}.txt`));

    expect(await bundleNames({ size: bytes.length, bytes: bytes.subarray(-100) })).toEqual({
      is: 'too-long',
    });
  });

  it.each([Buffer.from('this is no zip file at all, not in the least'), Buffer.alloc(0)])(
    'are unreadable in what is no zip file',
    async (bytes) => {
      expect((await bundleNames({ size: bytes.length, bytes })).is).toBe('unreadable');
    },
  );

  it.each([
    [['Dockerfile', 'src/app.js'], undefined],
    [['shop/Dockerfile', 'shop/app.js'], 'folder shop'],
    [['shop/', 'shop/app.js'], 'folder shop'],
    [['META-INF/MANIFEST.MF'], undefined],
    [['.platform/hooks/a.sh'], undefined],
    [[], 'empty'],
    [['shop/'], 'empty'],
    [['../evil', 'a'], 'leads out'],
    [['/etc/passwd', 'a'], 'leads out'],
  ])('%j have the problem %s', (names, problem) => {
    const found = bundleProblem(names);

    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(problem);
  });

  it('decide whether Elastic Beanstalk has something to validate', () => {
    expect(needsProcessing(['a', '.ebextensions/x.config'])).toBe(true);
    expect(needsProcessing(['env.yaml'])).toBe(true);
    expect(needsProcessing(['sub/env.yaml', 'ebextensions/x.config'])).toBe(false);
  });
});

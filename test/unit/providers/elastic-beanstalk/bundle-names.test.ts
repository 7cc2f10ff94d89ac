import { ZipFile } from 'yazl';
import { describe, expect, it } from 'vitest';
import {
  nameProblems,
  needsProcessing,
} from '../../../../src/providers/elastic-beanstalk/bundle/bundle-names.js';
import { openZip, type Zip } from '../../../../src/providers/elastic-beanstalk/bundle/zip.js';

async function zipOf(names: readonly string[], size = 10): Promise<Buffer> {
  const zip = new ZipFile();
  for (const name of names) zip.addBuffer(Buffer.alloc(size, name), name, { compress: false });
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** Opens a zip file of which only the last bytes are at hand, and says what else was read. */
async function opened(bytes: Buffer, endLength = bytes.length): Promise<{ zip: Zip; read: number[] }> {
  const read: number[] = [];
  const end = bytes.subarray(bytes.length - endLength);
  const zip = await openZip({
    size: bytes.length,
    end,
    read: async (start, length) => {
      read.push(start);
      return bytes.subarray(start, start + length);
    },
  });
  return { zip, read };
}

describe('the names in a bundle', () => {
  it('are read from the end of the file alone', async () => {
    const bytes = await zipOf(['a.txt', 'b/c.txt'], 200_000);
    const { zip, read } = await opened(bytes, 100_000);

    expect(zip.is === 'listed' && zip.entries.map(({ name }) => name)).toEqual(['a.txt', 'b/c.txt']);
    expect(read).toEqual([]);
  });

  it('lead to a file that lies before that end, up to a limit', async () => {
    const bytes = await zipOf(['a.txt', 'b/c.txt'], 200_000);
    const { zip, read } = await opened(bytes, 100_000);
    if (zip.is !== 'listed') throw new Error(zip.is);

    expect((await zip.content('a.txt', 200_000)).length).toBe(200_000);
    expect(read.length).toBeGreaterThan(0);
    await expect(zip.content('a.txt', 199_999)).rejects.toThrow('more than 199999 bytes');
  });

  it('are given up when the directory begins earlier', async () => {
    const bytes = await zipOf(Array.from({ length: 50 }, (_, index) => `file-${index}.txt`));

    expect((await opened(bytes, 100)).zip).toEqual({ is: 'too-long' });
  });

  it.each([Buffer.from('this is no zip file at all, not in the least'), Buffer.alloc(0)])(
    'are unreadable in what is no zip file',
    async (bytes) => {
      expect((await opened(bytes)).zip.is).toBe('unreadable');
    },
  );

  it.each([
    [['Dockerfile', 'src/app.js'], 'docker', undefined],
    [['docker-compose.yml'], 'docker', undefined],
    [['src/Dockerfile', 'app.js'], 'docker', 'none of Dockerfile'],
    [['Dockerfile'], 'ecs', 'no Dockerrun.aws.json'],
    [['Dockerrun.aws.json'], 'ecs', undefined],
    [['Procfile', 'app.js'], 'other', undefined],
    [['shop/Dockerfile', 'shop/app.js'], 'docker', 'folder shop'],
    [['shop/', 'shop/app.js'], 'other', 'folder shop'],
    [['META-INF/MANIFEST.MF'], 'other', undefined],
    [['.platform/hooks/a.sh'], 'other', undefined],
    [[], 'other', 'empty'],
    [['shop/'], 'other', 'empty'],
    [['../evil', 'a'], 'other', 'leads out'],
    [['/etc/passwd', 'a'], 'other', 'leads out'],
  ] as const)('%j on the platform %s have the problem %s', (names, family, problem) => {
    const found = nameProblems(names, family);

    if (problem === undefined) expect(found).toEqual([]);
    else expect(found.join()).toContain(problem);
  });

  it('decide whether Elastic Beanstalk has something to validate', () => {
    expect(needsProcessing(['a', '.ebextensions/x.config'])).toBe(true);
    expect(needsProcessing(['env.yaml'])).toBe(true);
    expect(needsProcessing(['sub/env.yaml', 'ebextensions/x.config'])).toBe(false);
  });
});

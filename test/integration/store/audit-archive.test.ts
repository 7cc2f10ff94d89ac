import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Blobs } from '../../../src/shared/blobs/blobs.js';
import { createFolderBlobs } from '../../../src/shared/blobs/folder.js';
import type { AuditEntry } from '../../../src/shared/domain/audit.js';
import { newId } from '../../../src/shared/new-id.js';
import { createAuditArchive, SEGMENT } from '../../../src/shared/store/audit-archive.js';
import { createAuditHistory } from '../../../src/shared/store/audit-history.js';
import { createAuditLog } from '../../../src/shared/store/audit-log.js';
import { keysOf } from '../../../src/shared/store/keys.js';
import { outcomeOf, watchProgram } from '../../support/child.js';
import { useRedis } from '../../support/redis.js';

const redis = useRedis();
const KEEP = 1_000;
let folder: string;
let blobs: Blobs;
let world: ReturnType<typeof open>;
beforeAll(() => redis.start());
afterAll(() => redis.stop());
beforeEach(async () => {
  await rm(folder ?? '', { recursive: true, force: true });
  folder = await mkdtemp(path.join(tmpdir(), 'beanpod-audit-'));
  blobs = await createFolderBlobs(folder);
  world = open(`${redis.namespace}-${newId()}`, blobs);
  return () => redis.client.del(keysOf(world.namespace).audit, keysOf(world.namespace).auditArchived);
});
afterAll(() => rm(folder, { recursive: true }));

/** The log as API and archiver have it. */
function open(namespace: string, store: Blobs) {
  const log = createAuditLog(redis.client, namespace);
  const archive = createAuditArchive(redis.client, namespace, store);
  return { namespace, log, archive, history: createAuditHistory({ log, archive }) };
}

async function write(count: number): Promise<void> {
  const call = (at: number) => ({
    at: '2026-11-26T00:00:00.000Z',
    actor: { id: 'x', name: 'x', owner: 'installation x', by: 'token' as const },
    method: 'PUT',
    path: `/v1/services/${at}`,
    status: 200,
    requestId: 'r',
    address: '::1',
  });
  await Promise.all(Array.from({ length: count }, (_, at) => world.log.append(call(at))));
}

const length = () => redis.client.xlen(keysOf(world.namespace).audit);
const segments = async () => {
  const names: string[] = await readdir(path.join(folder, 'audit')).catch(() => []);
  return names.toSorted((one, other) => (one < other ? -1 : 1));
};
const fileOf = async (nth: number) => path.join(folder, 'audit', (await segments())[nth] ?? '');

async function everything() {
  const found = [];
  for await (const entries of world.history.readAll(0)) found.push(...entries);
  return found;
}

describe('the archive of the audit log', () => {
  test('takes whole segments beyond what is kept, so that Redis holds a bounded number of entries', async () => {
    await write(SEGMENT + KEEP - 1);
    expect(await world.archive.run(KEEP)).toBe(0);
    await write(SEGMENT + 1);

    expect(await world.archive.run(KEEP)).toBe(2);

    expect(await length()).toBe(KEEP);
    expect(await segments()).toEqual(['000000000001.ndjson.gz', '000000005001.ndjson.gz']);
    expect(await world.archive.run(KEEP)).toBe(0);
  });

  test('is read on through the same calls, in pages and as a whole, and the chain goes on across the seam', async () => {
    await write(SEGMENT + KEEP + 3);
    const before = await everything();
    const note = await world.history.verify();

    await world.archive.run(KEEP);

    expect(await everything()).toEqual(before);
    for (const [after, limit] of [
      [0, 3],
      [SEGMENT - 2, 4],
      [SEGMENT, 2],
      [SEGMENT - 700, 1_001],
      [SEGMENT + KEEP, 100],
      [9_999_999, 5],
    ] as const)
      expect(await world.history.read(after, limit)).toEqual(before.slice(after, after + limit));
    expect(await world.history.verify()).toEqual({
      ...note,
      parts: [
        { where: 'archive', first: 1, last: SEGMENT },
        { where: 'redis', first: SEGMENT + 1, last: SEGMENT + KEEP + 3 },
      ],
    });
    await write(1);
    expect(await world.history.verify()).toMatchObject({ intact: true, entries: SEGMENT + KEEP + 4 });
  });

  test('says of each segment where its chain begins and ends', async () => {
    await write(2 * SEGMENT + KEEP);
    await world.archive.run(KEEP);

    const heads = await Promise.all(
      [0, 1].map(async (nth) => {
        const [row = ''] = gunzipSync(await readFile(await fileOf(nth)))
          .toString()
          .split('\n');
        return JSON.parse(row) as { first: number; last: number; previous: string; hash: string };
      }),
    );

    expect(heads).toMatchObject([
      { first: 1, last: SEGMENT, previous: '' },
      { first: SEGMENT + 1, last: 2 * SEGMENT, previous: heads[0]?.hash },
    ]);
    expect(await world.history.read(2 * SEGMENT, 1)).toMatchObject([{ previous: heads[1]?.hash }]);
  });

  test.each(['before', 'after'])(
    'loses nothing when it is killed %s its segment is durable, and goes on where it was',
    async (moment) => {
      await write(SEGMENT + KEEP);
      const noted = await everything();
      const args = [redis.url, world.namespace, folder, String(KEEP), moment];
      const killed = await outcomeOf(
        watchProgram(process.execPath, ['--import', 'tsx', 'test/support/dying-archiver.ts', ...args], {}),
      );

      expect(killed, killed.errors).toMatchObject({ code: -1, errors: '' });
      expect(await segments()).toHaveLength(moment === 'after' ? 1 : 0);
      expect(await length()).toBe(SEGMENT + KEEP);
      expect(await everything()).toEqual(noted);

      expect(await world.archive.run(KEEP)).toBe(1);
      expect(await length()).toBe(KEEP);
      expect(await everything()).toEqual(noted);
      expect(await world.history.verify()).toMatchObject({ intact: true, entries: noted.length });
    },
  );

  test('takes each segment once when several work at once, while others write and read', async () => {
    await write(3 * SEGMENT + KEEP);
    const workers = Array.from({ length: 4 }, () => open(world.namespace, blobs));

    const [moved, , verified, all] = await Promise.all([
      Promise.all(workers.map(({ archive }) => archive.run(KEEP))),
      write(300),
      world.history.verify(),
      everything(),
    ]);

    expect(moved.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(verified.intact).toBe(true);
    expect(all.map(({ n }) => n)).toEqual(all.map((_, at) => at + 1));
    expect((await everything()).length).toBe(3 * SEGMENT + KEEP + 300);
  });

  test('keeps the entries in Redis when the blob store fails', async () => {
    await write(SEGMENT + KEEP);
    const failing = open(world.namespace, { ...blobs, put: () => Promise.reject(new Error('disk full')) });

    await expect(failing.archive.run(KEEP)).rejects.toThrow('disk full');

    expect(await length()).toBe(SEGMENT + KEEP);
  });
});

describe('an archive that somebody touched', () => {
  async function rewrite(nth: number, touch: (text: string) => string): Promise<void> {
    const file = await fileOf(nth);
    await writeFile(file, gzipSync(touch(gunzipSync(await readFile(file)).toString())));
  }

  test.each([
    ['changed', (text: string) => text.replace('/services/41"', '/services/other"'), 42],
    ['removed', (text: string) => text.split('\n').toSpliced(42, 1).join('\n'), 42],
    ['cut off', (text: string) => text.split('\n').slice(0, 42).join('\n'), 42],
  ])('is found where an entry was %s', async (_, touch, brokenAt) => {
    await write(SEGMENT + KEEP);
    await world.archive.run(KEEP);

    await rewrite(0, touch);

    expect(await world.history.verify()).toMatchObject({ intact: false, brokenAt, brokenIn: 'archive' });
  });

  test.each([
    ['is gone', 'are missing in the archive', (file: string) => rm(file)],
    [
      'is damaged',
      'unexpected end of file',
      async (file: string) => writeFile(file, (await readFile(file)).subarray(0, 50)),
    ],
  ])('is found when its segment %s, and not read as if it were empty', async (_, said, touch) => {
    await write(SEGMENT + KEEP);
    await world.archive.run(KEEP);

    await touch(await fileOf(0));

    expect(await world.history.verify()).toMatchObject({ intact: false, brokenAt: 1, brokenIn: 'archive' });
    await expect(world.history.read(0, 10)).rejects.toThrow(said);
  });

  test('is found when a whole segment was chained anew', async () => {
    await write(SEGMENT + KEEP);
    await world.archive.run(KEEP);

    await rewrite(0, (text) => {
      const [head = '', ...rows] = text.trim().split('\n');
      let previous = '';
      const chained = rows.map((row) => {
        const { hash: _, ...entry } = JSON.parse(row.replace('::1', '::2')) as AuditEntry;
        const json = JSON.stringify({ ...entry, previous });
        previous = createHash('sha256').update(json).digest('hex');
        return `${json.slice(0, -1)},"hash":"${previous}"}`;
      });
      return `${[head, ...chained].join('\n')}\n`;
    });

    const why = `entry ${SEGMENT} is not the one that was archived`;
    expect(await world.history.verify()).toMatchObject({ intact: false, brokenAt: SEGMENT, why });
  });
});

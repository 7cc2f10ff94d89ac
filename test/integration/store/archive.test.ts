import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Blobs } from '../../../src/shared/blobs/blobs.js';
import { createFolderBlobs } from '../../../src/shared/blobs/folder.js';
import { failure } from '../../../src/shared/domain/failures.js';
import { createArchive, type Archive } from '../../../src/shared/store/archive.js';
import { createHistory, type History } from '../../../src/shared/store/history.js';
import { useStore } from '../../support/store.js';

const store = useStore(5_000);
let folder: string;
let blobs: Blobs;
let archive: Archive;
let history: History;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'beanpod-archive-'));
  blobs = await createFolderBlobs(folder);
});
beforeEach(() => {
  archive = createArchive(store.redis.client, store.redis.namespace, blobs);
  history = createHistory({ ...store.deployments, journal: store.journal, archive });
});
afterAll(() => rm(folder, { recursive: true }));

const DAY = 86_400_000;
const RETENTION = { journalMs: 7 * DAY, recordMs: 365 * DAY };
const run = (days: number) => archive.run(store.journal, RETENTION, Date.now() + days * DAY);

async function fail(): Promise<string> {
  const { id } = await store.accept();
  const lease = await store.claim(id);
  await store.leases.append(lease, 1, [{ text: 'a line', level: 'info' }]);
  await store.end(lease, 2, { name: 'failed', failure: failure('health.degraded', 'Red'), wrote: false });
  return id;
}

describe('the archive', () => {
  it('takes journals after their retention and is read through the same calls', async () => {
    const id = await fail();
    const [before, record] = [await history.read(id, 0, 100), await history.load(id)];
    const input = await history.input(id);

    expect(await run(1)).toEqual({ moved: 0, forgotten: 0 });
    expect(await run(8)).toEqual({ moved: 1, forgotten: 0 });
    expect(await store.journal.read(id, 0, 100)).toEqual([]);
    expect(await history.read(id, 0, 100)).toEqual(before);
    expect(await history.read(id, 2, 1)).toEqual(before.slice(2, 3));
    expect(await history.length(id)).toBe(before.length);
    expect((await history.load(id))?.state).toEqual(record?.state);
    expect(input).toMatchObject({ artifact: { type: 'image' } });
    expect(await history.input(id)).toEqual(input);
  });

  it('forgets records after theirs, leaves no key behind, and still answers for their id', async () => {
    const id = await fail();
    await run(8);

    expect(await run(366)).toMatchObject({ forgotten: 1 });
    expect(await store.deployments.load(id)).toBeUndefined();
    expect(await store.deployments.list({ limit: 10 })).toEqual([]);
    expect((await store.redis.keys()).filter((key) => key.includes(id))).toEqual([]);
    expect(await history.load(id)).toMatchObject({ id, state: { name: 'failed' } });
    expect((await history.read(id, 0, 100)).length).toBeGreaterThan(3);
  });

  it('never takes what is under way or the version that a rollback goes back to', async () => {
    const good = await store.accept();
    await store.end(await store.claim(good.id));
    const running = await store.accept();
    await store.claim(running.id);

    expect(await run(400)).toEqual({ moved: 0, forgotten: 0 });
    expect(await store.journal.read(good.id, 0, 10)).not.toEqual([]);
  });

  it('keeps the journal in Redis when the blob store fails', async () => {
    const id = await fail();
    const broken = { ...blobs, put: () => Promise.reject(new Error('disk full')) };
    const failing = createArchive(store.redis.client, store.redis.namespace, broken);

    await expect(failing.run(store.journal, RETENTION, Date.now() + 8 * DAY)).rejects.toThrow('disk full');
    expect(await store.journal.read(id, 0, 10)).not.toEqual([]);
    expect(await run(8)).toMatchObject({ moved: 1 });
  });
});

import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../../src/shared/domain/audit.js';
import { createFolderBlobs } from '../../../src/shared/blobs/folder.js';
import { createAuditArchive } from '../../../src/shared/store/audit-archive.js';
import { createAuditHistory } from '../../../src/shared/store/audit-history.js';
import { createAuditLog } from '../../../src/shared/store/audit-log.js';
import { keysOf } from '../../../src/shared/store/keys.js';
import { useApi } from '../../support/api.js';
import { startTcpProxy } from '../../support/tcp-proxy.js';

const api = useApi();
beforeAll(() => api.start());
afterAll(() => api.stop());

async function entries(): Promise<readonly AuditEntry[]> {
  const exported = await api.call().get('/v1/audit').set('accept', 'application/x-ndjson').buffer(true);
  return exported.text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AuditEntry);
}

describe('the audit log', () => {
  test('has every change, by whom and on whose behalf, before its caller hears of it', async () => {
    await api.call().put('/v1/services/audited').send({});
    const { token, id } = (await api.call().post('/v1/tokens').send({ name: 'ci', role: 'edit' })).body;
    await api.call(token).put('/v1/environments/audited').send({});

    const found = await entries();

    expect(found.slice(-3)).toMatchObject([
      { method: 'PUT', path: '/v1/services/audited', status: 201, actor: { name: 'admin', by: 'token' } },
      { method: 'POST', path: '/v1/tokens', status: 201, made: `/v1/tokens/${id}` },
      {
        method: 'PUT',
        path: '/v1/environments/audited',
        actor: { id, name: 'ci', owner: 'installation installation' },
      },
    ]);
    expect(JSON.stringify(found)).not.toContain(token);
  });

  test('has refused calls with their reason, and no call that only read', async () => {
    const { token } = (await api.call().post('/v1/tokens').send({ name: 'viewer', role: 'view' })).body;
    const before = (await entries()).length;

    await api.call(token).get('/v1/services');
    await api.call(token).get('/v1/roles');
    await api.call('').get('/v1/services');
    await api.call(token).put('/v1/services/refused').send({});
    await api.call('').post('/v1/session').send({ name: 'ada', password: 'not hers' });

    await expect.poll(async () => (await entries()).length).toBe(before + 4);
    expect((await entries()).slice(before)).toMatchObject([
      { method: 'GET', path: '/v1/roles', status: 403, code: 'access.denied', actor: { name: 'viewer' } },
      { method: 'GET', path: '/v1/services', status: 401, code: 'token.missing', actor: { name: 'nobody' } },
      { method: 'PUT', path: '/v1/services/refused', status: 403, code: 'access.denied' },
      { method: 'POST', path: '/v1/session', status: 401, code: 'session.refused', about: 'ada' },
    ]);
    expect(JSON.stringify(await entries())).not.toContain('not hers');
  });

  test('is exported in lines that anybody can verify', async () => {
    const exported = await api.call().get('/v1/audit').set('accept', 'application/x-ndjson').buffer(true);
    const lines = exported.text.trim().split('\n');
    let previous = '';

    for (const line of lines) {
      const [, before = '', hash = ''] = /^(.*),"hash":"(\w{64})"\}$/.exec(line) ?? [];
      expect(createHash('sha256').update(`${before}}`).digest('hex')).toBe(hash);
      expect((JSON.parse(line) as AuditEntry).previous).toBe(previous);
      previous = hash;
    }
    expect(lines.length).toBeGreaterThan(5);
    expect((await api.call().get('/v1/audit/verification')).body).toMatchObject({ hash: previous });
  });

  test('can be read in pages that continue each other', async () => {
    const all = await entries();

    const first = await api.call().get('/v1/audit?limit=2');
    const second = await api.call().get(`/v1/audit?limit=2&cursor=${first.body.nextCursor}`);

    expect([...first.body.items, ...second.body.items]).toEqual(all.slice(0, 4));
  });

  test('stays one chain when processes write at once', async () => {
    const other = await api.startAnother();
    try {
      const put = (url: string, name: string) =>
        fetch(`${url}/v1/services/${name}`, {
          method: 'PUT',
          headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
          body: '{}',
        });
      const before = (await entries()).length;

      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, at) => put(at % 2 === 0 ? api.url : other.url, `at-once-${at}`)),
      );

      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 60 }, () => 201));
      const verified = await api.call().get('/v1/audit/verification');
      expect(verified.body).toMatchObject({
        intact: true,
        entries: before + 60,
        parts: [{ where: 'redis', first: 1, last: before + 60 }],
      });
    } finally {
      await other.close();
    }
  });

  test('counts refusals that are too many to record', async () => {
    const before = (await entries()).length;
    // More than two minutes' worth, since the flood may begin in one and end in the next.
    for (let at = 0; at < 260; at += 1) await api.call('').get('/v1/services');
    await api.call().put('/v1/services/after-the-flood').send({});

    const found = (await entries()).slice(before);

    expect(found.at(-1)).toMatchObject({ path: '/v1/services/after-the-flood' });
    const unrecorded = found.reduce((sum, entry) => sum + (entry.unrecorded ?? 0), 0);
    expect(found.length - 1 + unrecorded).toBe(260);
    expect(unrecorded).toBeGreaterThan(10);
  });
});

const call = (path: string) => ({
  at: '2026-11-26T00:00:00.000Z',
  actor: { id: 'x', name: 'x', owner: 'installation x', by: 'token' as const },
  method: 'PUT',
  path,
  status: 200,
  requestId: 'r',
  address: '::1',
});

test('what nobody waits for is stored also after it was gathered while Redis took its time', async () => {
  const { hostname, port } = new URL(api.redis.url);
  const wire = await startTcpProxy({ host: hostname, port: Number(port || 6379) });
  const redis = new Redis(`redis://127.0.0.1:${wire.port}`);
  const log = createAuditLog(redis, `${api.redis.namespace}-slow`);
  await log.append(call('/1'));

  wire.blackHole();
  const [urgent, gathered] = [log.append(call('/2')), log.append(call('/3'), 'soon')];
  // Later than the moment at which gathered entries go, and Redis has not answered yet.
  await pause(100);
  await wire.heal();
  await Promise.all([urgent, gathered]);
  await log.append(call('/4'), 'soon');

  expect((await log.read(0, 10)).map(({ path }) => path)).toEqual(['/1', '/2', '/3', '/4']);
  redis.disconnect();
  await wire.close();
});

describe('a chain that somebody touched', () => {
  test.each([
    ['changed', 3, (json: string) => json.replace('/3', '/other')],
    ['removed', 2, () => undefined],
    ['removed', 1, () => undefined],
    [
      'replaced by another whole entry',
      4,
      (json: string) => json.replace(/"previous":"\w+"/, `"previous":"${'0'.repeat(64)}"`),
    ],
  ])('is found where an entry was %s (%i)', async (_, n, touch) => {
    const namespace = `${api.redis.namespace}-touched-${n}`;
    const log = createAuditLog(api.redis.client, namespace);
    const blobs = await createFolderBlobs(api.folder);
    const archive = createAuditArchive(api.redis.client, namespace, blobs);
    const history = createAuditHistory({ log, archive });
    for (const path of ['/1', '/2', '/3', '/4', '/5']) await log.append(call(path));
    expect(await history.verify()).toMatchObject({ intact: true, entries: 5 });

    await rewrite(keysOf(namespace).audit, n, touch);

    expect(await history.verify()).toMatchObject({ intact: false, brokenAt: n, brokenIn: 'redis' });
  });

  /** Writes the stream anew with one entry touched, as somebody with access to Redis could. */
  async function rewrite(key: string, n: number, touch: (json: string) => string | undefined): Promise<void> {
    const all = await api.redis.client.xrange(key, '-', '+');
    await api.redis.client.del(key);
    for (const [id, fields] of all) {
      const json = fields[3] ?? '';
      const written = id === `${n}-0` ? touch(json) : json;
      if (written !== undefined) await api.redis.client.xadd(key, id, 'h', fields[1] ?? '', 'e', written);
    }
  }
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDiscovery } from '../../../src/providers/kubernetes/discovery/discovery.js';
import { createHttpTransport } from '../../../src/providers/kubernetes/http-transport.js';
import type { KubeTransport } from '../../../src/providers/kubernetes/transport.js';
import { startKubernetes, type KubernetesSimulator } from '../../simulators/kubernetes/start.js';

let sim: KubernetesSimulator;
let transport: KubeTransport;
let token = '';
const refused: string[] = [];

beforeAll(async () => {
  sim = await startKubernetes({ namespaces: ['shop'] });
  transport = createHttpTransport(
    { server: sim.url, authority: sim.ca },
    {
      token: async () => token,
      refused: (old) => void (refused.push(old), (token = sim.tokens.tokenOf('ci') ?? '')),
    },
  );
  sim.tokens.add({ name: 'ci', groups: ['system:masters'] });
});
afterAll(async () => {
  await transport.close();
  await sim.close();
});
beforeEach(() => {
  token = sim.tokens.tokenOf('ci') ?? '';
  refused.length = 0;
  sim.faults.clear();
  sim.calls.clear();
});

const maps = '/api/v1/namespaces/shop/configmaps';
const { signal } = new AbortController();
const read = (path: string) => transport.send({ method: 'GET', path, signal });
const apply = (name: string, data: Record<string, string>) =>
  transport.send({
    method: 'PATCH',
    path: `${maps}/${name}`,
    query: { fieldManager: 'test', fieldValidation: 'Strict' },
    contentType: 'application/apply-patch+yaml',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data },
    signal,
  });

describe('the transport', () => {
  it('applies raw JSON and reads it back', async () => {
    await apply('a', { key: 'value' });

    expect(await read(`${maps}/a`)).toMatchObject({ data: { key: 'value' } });
  });

  it('tells the Status of a refusal: reason, message and causes', async () => {
    await expect(read(`${maps}/nowhere`)).rejects.toMatchObject({
      name: 'KubeStatusError',
      status: 404,
      reason: 'NotFound',
      message: 'configmaps "nowhere" not found',
    });
  });

  it('asks for another token when one has expired, once, also for a write', async () => {
    sim.tokens.expire('ci');

    await apply('b', {});

    expect(refused).toHaveLength(1);
    token = 'wrong';
    sim.tokens.expire('ci');
    const stubborn = createHttpTransport(
      { server: sim.url, authority: sim.ca },
      { token: async () => 'wrong', refused: () => undefined },
    );
    await expect(stubborn.send({ method: 'GET', path: maps, signal })).rejects.toMatchObject({ status: 401 });
    await stubborn.close();
  });

  it('reads again through 429, 500, 503 and dropped connections, and never writes again by itself', async () => {
    sim.faults.add({ kind: 'status', code: 429, retryAfter: 0, match: { resource: 'configmaps' } });
    sim.faults.add({ kind: 'status', code: 503, match: { resource: 'configmaps' } });
    sim.faults.add({ kind: 'drop-connection', match: { resource: 'configmaps' } });
    expect(await read(maps)).toMatchObject({ kind: 'ConfigMapList' });

    sim.faults.add({ kind: 'status', code: 503, match: { verb: 'patch' } });
    await expect(apply('c', {})).rejects.toMatchObject({ status: 503 });
    await expect(read(`${maps}/c`)).rejects.toMatchObject({ status: 404 });
  });

  it('says that a write may have been carried out when its answer got lost', async () => {
    sim.faults.add({ kind: 'reset-after-commit', match: { verb: 'patch' } });

    await expect(apply('d', { a: '1' })).rejects.toMatchObject({ name: 'KubeConnectionError', sent: true });
    expect(await read(`${maps}/d`)).toMatchObject({ data: { a: '1' } });
  });

  it('says that nothing was sent when the server is not there', async () => {
    const lost = createHttpTransport(
      { server: 'https://127.0.0.1:1' },
      { token: async () => 't', refused: () => undefined },
    );

    const call = lost.send({ method: 'PATCH', path: maps, body: {}, signal });

    await expect(call).rejects.toMatchObject({ name: 'KubeConnectionError', sent: false });
    await lost.close();
  });

  it('refuses a server whose certificate it cannot prove', async () => {
    const stranger = createHttpTransport(
      { server: sim.url },
      { token: async () => token, refused: () => undefined },
    );

    await expect(stranger.send({ method: 'POST', path: maps, body: {}, signal })).rejects.toThrow(
      /certificate/,
    );
    await stranger.close();
  });

  it('gives up a hanging call after its own limit, and at once when its caller stops', async () => {
    sim.faults.add({ kind: 'hang', times: 2, match: { verb: 'patch' } });
    const path = `${maps}/e`;
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'e' } };
    const caller = new AbortController();

    const limited = transport.send({ method: 'PATCH', path, body, timeoutMs: 50, signal });
    await expect(limited).rejects.toMatchObject({ name: 'KubeConnectionError', sent: true });
    const stopped = transport.send({ method: 'PATCH', path, body, signal: caller.signal });
    caller.abort(new Error('the lease is lost'));
    await expect(stopped).rejects.toThrow('the lease is lost');
  });

  it('streams the lines of a watch and ends quietly when its caller stops', async () => {
    const caller = new AbortController();
    const lines: string[] = [];

    for await (const line of transport.lines({
      method: 'GET',
      path: maps,
      query: { watch: 'true' },
      signal: caller.signal,
    })) {
      lines.push((JSON.parse(line) as { type: string }).type);
      caller.abort();
    }

    expect(lines).toEqual(['ADDED']);
  });

  it('tells a watch that breaks off from one that ends', async () => {
    sim.faults.add({ kind: 'watch-drop', after: 1 });
    const lines = transport.lines({ method: 'GET', path: maps, query: { watch: 'true' }, signal });

    const readAll = async () => {
      for await (const line of lines) expect(line).not.toBe('');
    };

    await expect(readAll()).rejects.toMatchObject({ name: 'KubeConnectionError' });
  });
});

describe('discovery', () => {
  it('finds built-in and custom kinds, with scope and plural', async () => {
    const discovery = createDiscovery(transport);

    expect(await discovery.find('apps/v1', 'Deployment', signal)).toMatchObject({
      plural: 'deployments',
      namespaced: true,
    });
    expect(await discovery.find('v1', 'Namespace', signal)).toMatchObject({
      plural: 'namespaces',
      namespaced: false,
    });
    expect(await discovery.find('apps/v1beta1', 'Deployment', signal)).toBeUndefined();
    expect(await discovery.versionsOf('deployment', signal)).toEqual(['apps/v1 Deployment']);
  });

  it('asks the server once for many callers, and once more for a kind that it misses', async () => {
    const discovery = createDiscovery(transport);
    sim.calls.clear();

    await Promise.all(['Pod', 'Service', 'Secret'].map((kind) => discovery.find('v1', kind, signal)));
    expect(
      sim.calls
        .list()
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['/api', '/apis']);
    await discovery.find('example.com/v1', 'Widget', signal);
    expect(sim.calls.list()).toHaveLength(4);
  });
});

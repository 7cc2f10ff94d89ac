import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { ExecTicketView } from '../../../src/shared/contract/live-exec.js';
import { openEventStream } from '../../support/event-stream.js';
import { LIVE, startLiveCluster, type LiveCluster } from '../../support/live-cluster.js';
import { openShell } from '../../support/shell.js';

interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: string[];
}

/** The rules of a role as an operator applies it. */
function rulesOf(file: string): Rule[] {
  const text = readFileSync(new URL(`../../../k8s/clusters/${file}`, import.meta.url), 'utf8');
  return (parse(text) as { rules: Rule[] }).rules;
}

const GATEWAY = rulesOf('gateway-role.yaml');
const OPERATIONS = rulesOf('operations-role.yaml');
let world: LiveCluster;
beforeAll(async () => {
  world = await startLiveCluster({}, {}, { gateway: GATEWAY, worker: OPERATIONS });
  await world.startWorker();
  await world.run('shop-api', { replicas: 2, podLabels: { 'beanpod.io/jolokia-port': '8778' } });
  await world.api
    .call()
    .put('/v1/environments/staging')
    .send({ live: { exec: true } });
});
afterAll(() => world.close());

/** What somebody has asked the API server for, as `verb resource`, and was answered. */
async function askedBy(user: string): Promise<Set<string>> {
  const calls = (await world.control.calls()).filter((call) => call.user === user);
  return new Set(
    calls.map(
      ({ verb, resource, subresource }) => `${verb} ${resource}${subresource ? `/${subresource}` : ''}`,
    ),
  );
}

const granted = (rules: readonly Rule[]) =>
  new Set(
    rules.flatMap(({ resources, verbs }) =>
      verbs.flatMap((verb) => resources.map((one) => `${verb} ${one}`)),
    ),
  );

test('everything live works with the roles of k8s/clusters alone, and each identity asks for what its role has', async () => {
  const [pod] = await world.pods(2);
  const headers = { authorization: `Bearer ${world.api.token}` };
  const stream = await openEventStream(`${world.api.url}${LIVE}/logs`, headers);
  await world.control.writeLog({
    namespace: 'shop',
    pod: pod?.name ?? '',
    container: 'app',
    lines: ['hello'],
  });
  await stream.until('lines');
  stream.close();
  const { body } = await world.api.call().post(`${LIVE}/exec`).send({ pod: pod?.name });
  const shell = await openShell(world.api.url, (body as unknown as ExecTicketView).ticket, headers);
  await shell.until('/ # ');
  shell.close();
  expect((await world.api.call().get(`${LIVE}/pods/${pod?.name}/jolokia`)).status).toBe(200);
  const reason = 'To see which rights it takes';
  const [doomed, evicted] = await world.pods(2);
  for (const [what, wish] of [
    ['restart', { reason, pod: { name: doomed?.name, uid: doomed?.uid } }],
    ['evict', { reason, pod: { name: evicted?.name, uid: evicted?.uid } }],
    ['restart', { reason }],
    ['scale', { reason, replicas: 1 }],
    ['pause', { reason }],
    ['resume', { reason }],
  ] as const) {
    const answer = await world.api.call().post(`${LIVE}/${what}`).send(wish);
    expect(answer.status, answer.text).toBe(200);
  }

  const [gateway, worker] = [await askedBy('gateway'), await askedBy('worker')];
  expect([...gateway].filter((one) => !granted(GATEWAY).has(one))).toEqual([]);
  expect([...worker].filter((one) => !granted(OPERATIONS).has(one))).toEqual([]);
  for (const one of ['get pods/log', 'get pods/exec', 'create pods/proxy', 'watch events'])
    expect(gateway).toContain(one);
  for (const one of ['delete pods', 'create pods/eviction', 'patch deployments'])
    expect(worker).toContain(one);
  expect([...worker].filter((one) => /exec|attach|proxy|log/.test(one))).toEqual([]);
  expect([...gateway].filter((one) => /delete|patch|update/.test(one))).toEqual([]);
});

test('no role but the gateway has rights for streams', () => {
  const streams = /^pods\/(exec|attach|portforward|proxy|log)$/;
  expect(OPERATIONS.flatMap(({ resources }) => resources).filter((one) => streams.test(one))).toEqual([]);
  expect(GATEWAY.flatMap(({ resources }) => resources).filter((one) => streams.test(one))).toEqual([
    'pods/log',
    'pods/exec',
    'pods/proxy',
  ]);
});

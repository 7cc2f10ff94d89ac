import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKubernetes } from '../../../src/providers/kubernetes/index.js';
import type { LiveOperations, TailBatch } from '../../../src/providers/live-operations.js';
import { createControlClient, type ControlClient } from '../../simulators/kubernetes/control-client.js';
import { createRawClient, type RawClient } from '../../simulators/kubernetes/raw-client.js';
import { startKubernetes, type KubernetesSimulator } from '../../simulators/kubernetes/start.js';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';
import { stampOf } from '../../support/live-cluster.js';

/** Twenty pods that write 500 lines a second each, for three seconds' worth of lines. */
const PODS = 20;
const ROUND = 50;
const ROUNDS = 30;
const EVERY_MS = 100;
const TOTAL = PODS * ROUND * ROUNDS;

let sim: KubernetesSimulator;
let client: RawClient;
let control: ControlClient;
let proxy: TcpProxy;
let live: LiveOperations;
const names = Array.from({ length: PODS }, (_, at) => `pod-${at}`);

beforeAll(async () => {
  sim = await startKubernetes({ speed: 100, namespaces: ['shop'] });
  client = createRawClient(sim);
  control = createControlClient(sim);
  proxy = await startTcpProxy({ port: Number(new URL(sim.url).port) });
  const kubeconfig = sim.kubeconfig().replaceAll(sim.url, `https://127.0.0.1:${proxy.port}`);
  const provider = createKubernetes({ resolveSecret: () => Promise.resolve(kubeconfig) });
  const spec = { cluster: { type: 'kubeconfig', kubeconfig: 'env:SIM' }, namespace: 'shop' };
  const opened = provider.live?.(spec, { bundles: { open: () => Promise.resolve(undefined) } });
  if (!opened?.ok) throw new Error('The provider shows nothing live');
  ({ live } = opened);
  for (const name of names)
    await client.post('/api/v1/namespaces/shop/pods', {
      metadata: { name, labels: stampOf('shop-api') },
      spec: { containers: [{ name: 'app', image: 'app:ok-1' }] },
    });
});
afterAll(async () => {
  await client.close();
  await control.close();
  await proxy.close();
  await sim.close();
});

/** A reader; `hold` keeps it from reading on. Lines are those of `mark`, by pod. */
async function startReader(mark: string) {
  const over = new AbortController();
  const turn = { signal: over.signal, service: 'shop-api', environment: 'staging' };
  const answer = await live.tail?.(turn, { tail: 5_000, wants: (text) => text.startsWith(mark) });
  if (answer?.said !== 'done') throw new Error(JSON.stringify(answer));
  const batches = answer.value[Symbol.asyncIterator]();
  const byPod = new Map<string, string[]>();
  let count = 0;
  let dropped = 0;
  function take(batch: TailBatch): void {
    count += batch.lines.length;
    for (const { pod, text } of batch.lines) byPod.set(pod, [...(byPod.get(pod) ?? []), text]);
    for (const { lines } of batch.dropped) dropped += lines;
  }
  return {
    byPod,
    heard: () => ({ count, dropped }),
    /** Reads one batch. */
    async one(): Promise<void> {
      const { value } = (await batches.next()) as IteratorResult<TailBatch, undefined>;
      if (value) take(value);
    },
    /** Reads until it has heard, or lost, so many lines. */
    async until(lines: number): Promise<void> {
      while (count + dropped < lines) await this.one();
    },
    async close(): Promise<void> {
      over.abort();
      await batches.return?.();
    },
  };
}

async function writeAll(mark: string, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    const lines = Array.from({ length: ROUND }, (_, at) => `${mark}${round * ROUND + at}`);
    await Promise.all(
      names.map((pod) => control.writeLog({ namespace: 'shop', pod, container: 'app', lines })),
    );
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS - (performance.now() - began)));
  }
}

const expected = (mark: string, rounds: number) =>
  Array.from({ length: ROUND * rounds }, (_, at) => `${mark}${at}`);

test('one of five readers that does not read costs only itself: bounded, counted, and the rest in order', async () => {
  await writeAll('hello ', 1);
  const readers = await Promise.all([1, 2, 3, 4].map(() => startReader('load ')));
  const stuck = await startReader('');
  await stuck.one();

  const reading = Promise.all(readers.map((reader) => reader.until(TOTAL)));
  await writeAll('load ', ROUNDS);
  await reading;
  await stuck.until(TOTAL + PODS * ROUND);

  for (const reader of readers) {
    expect(reader.heard()).toMatchObject({ count: TOTAL, dropped: 0 });
    for (const name of names) expect(reader.byPod.get(name)).toEqual(expected('load ', ROUNDS));
  }
  expect(stuck.heard().dropped).toBeGreaterThan(0);
  await Promise.all([...readers, stuck].map((reader) => reader.close()));
});

test('loses and doubles no line while its connections to the cluster break', async () => {
  const reader = await startReader('broken ');
  const rounds = 10;
  const reading = reader.until(PODS * ROUND * rounds);
  const writing = writeAll('broken ', rounds);
  for (let cut = 0; cut < 4; cut += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    proxy.cut();
  }
  await writing;
  await reading;

  for (const name of names) expect(reader.byPod.get(name)).toEqual(expected('broken ', rounds));
  await reader.close();
});

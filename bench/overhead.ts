import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { defineProvider } from '../src/providers/define-provider.js';
import { isEnded } from '../src/shared/domain/state.js';
import { done } from '../src/shared/domain/outcome.js';
import { newId } from '../src/shared/new-id.js';
import { schemaOf } from '../src/shared/schema/schema.js';
import { createInstallation } from '../test/support/worker.js';
import { median } from './load.js';
import type { Row } from './table.js';

const COUNT = 300;

/** What a deployment costs beside waiting for its provider: one that answers at once, with five steps like the real ones. */
export async function measureOverhead(redisUrl: string): Promise<readonly Row[]> {
  const firstCalls = new Map<string, number>();
  const anything = schemaOf(Type.Object({}, { additionalProperties: true }));
  const steps = ['bundle', 'version', 'update', 'await', 'verify'].map((id) => ({
    id,
    title: `Do ${id}`,
    writes: id === 'update',
    run: async (turn: { intend(note: string): Promise<void>; say(line: string): void }) => {
      if (id === 'update') await turn.intend('v2');
      turn.say('done');
      return done;
    },
  }));
  const provider = defineProvider({
    kind: 'instant',
    target: anything,
    baseline: anything,
    open: async (_target, release) => ({
      capture: async () => {
        firstCalls.set(release.deploymentId, performance.now());
        return { said: 'captured', baseline: {}, summary: 'v1' };
      },
      forward: () => steps,
      back: () => [],
      assess: async () => done,
      evidence: async () => ({ firstCause: '', lines: [] }),
    }),
  });
  const beanpod = createInstallation({ url: redisUrl, namespace: `bench-${newId()}` });
  beanpod.startWorker(provider);
  try {
    const waits: number[] = [];
    const ids: string[] = [];
    const cpu = process.cpuUsage();
    for (let nth = 0; nth < COUNT; nth += 1) {
      const id = await beanpod.deploy('v2', { provider: 'instant', spec: {}, service: `bench-${nth}` });
      const accepted = performance.now();
      ids.push(id);
      await sleep(15);
      waits.push((firstCalls.get(id) ?? Number.POSITIVE_INFINITY) - accepted);
    }
    for (const id of ids) await untilEnded(beanpod, id);
    const { user, system } = process.cpuUsage(cpu);
    const sorted = waits.filter(Number.isFinite).sort((one, other) => one - other);
    return [
      {
        what: 'accepted → first provider call',
        ours: `p50 ${median(sorted).toFixed(1)} ms`,
        beside: 'BullMQ add → start 1.5 ms',
        verdict: `p99 ${(sorted[Math.floor(sorted.length * 0.99)] ?? 0).toFixed(1)} ms`,
        budget: '< 50 ms',
      },
      {
        what: 'CPU of accepting and working, per deployment',
        ours: `${((user + system) / 1_000 / COUNT).toFixed(1)} ms`,
        beside: '',
        verdict: `${COUNT} deployments`,
        budget: '< 60 ms',
      },
    ];
  } finally {
    await beanpod.close();
  }
}

async function untilEnded(beanpod: ReturnType<typeof createInstallation>, id: string): Promise<void> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const deployment = await beanpod.deployments.load(id);
    if (deployment && isEnded(deployment.state)) return;
    await sleep(20);
  }
  throw new Error(`Deployment ${id} did not end`);
}

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Provider } from '../../src/providers/define-provider.js';
import type { Policy } from '../../src/shared/contract/policy.js';
import type { Artifact } from '../../src/shared/contract/artifact.js';
import { useRedis } from '../support/redis.js';
import { testSecrets } from '../support/secrets.js';
import { createInstallation } from '../support/worker.js';

/** A cloud that a provider is judged against: one target on which `baseline` runs healthy, made anew for each case. */
export interface World {
  readonly provider: Provider;
  readonly spec: unknown;
  /** What `env:` references in it stand for. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly baseline: string;
  artifactOf(version: string): Artifact;
  /** What the cloud really runs everywhere, or `mixed`. */
  running(): Promise<string>;
  /** Committed changes of what runs, oldest first; uploads and registrations do not count. */
  changes(): Promise<readonly string[]>;
  /** The next change is carried out and its answer lost. */
  loseNextReply(): Promise<void>;
  /** Somebody else brings the target to another version. */
  changeElsewhere(): Promise<void>;
  close(): Promise<void>;
}

/** What the suite needs to know to open worlds. `tempo` fits the speed of the simulated cloud. */
export interface Conformance {
  readonly kind: string;
  readonly tempo: number;
  /** A version that turns out well, and one that does not. */
  readonly good: string;
  readonly bad: string;
  /** Ids of the forward steps, and of the steps of a rollback, in order. */
  readonly forward: readonly string[];
  readonly back: readonly string[];
  /** The forward step that begins when the change has been sent; the last one when absent. */
  readonly afterChange?: string;
  open(): Promise<World>;
}

/** Everything that Beanpod promises of any provider. A provider of a third party runs this against its own cloud. */
export function describeProvider(conformance: Conformance): void {
  const { kind, good, bad, tempo } = conformance;
  const redis = useRedis();
  let beanpod: ReturnType<typeof createInstallation>;
  let world: World;

  beforeAll(() => redis.start());
  beforeEach(async () => {
    await redis.clear();
    world = await conformance.open();
    beanpod = createInstallation({
      url: redis.url,
      namespace: redis.namespace,
      tempo,
      secrets: testSecrets(world.variables && { variables: world.variables }),
    });
  });
  afterEach(async () => {
    expect(await beanpod.deployments.audit()).toEqual([]);
    await beanpod.close();
    await world.close();
  });
  afterAll(() => redis.stop());

  function deploy(version: string, policy: Policy = { requireBaseline: true }): Promise<string> {
    return beanpod.deploy(version, {
      spec: world.spec,
      provider: kind,
      artifact: world.artifactOf(version),
      verify: { stabilityMs: 15_000 },
      policy,
    });
  }

  const end = (id: string) => beanpod.end(id, 50_000);

  async function reached(id: string, step: string): Promise<void> {
    await expect
      .poll(
        async () =>
          (await beanpod.journal.read(id, 0, 10_000)).some(
            (line) => line.code === 'step.started' && line.data?.['step'] === step,
          ),
        { timeout: 30_000, interval: 10 },
      )
      .toBe(true);
  }

  describe(`provider ${kind}`, () => {
    it('brings a good version to run everywhere', async () => {
      beanpod.startWorker(world.provider);

      expect(await end(await deploy(good))).toEqual({ name: 'succeeded' });
      expect(await world.running()).toBe(good);
      expect(await world.changes()).toHaveLength(1);
    });

    it('rolls a bad version back until the baseline runs everywhere, and shows the evidence', async () => {
      beanpod.startWorker(world.provider);
      const id = await deploy(bad);

      expect(await end(id)).toMatchObject({ name: 'rolled_back' });
      expect(await world.running()).toBe(world.baseline);
      expect(await beanpod.story(id)).toContain('evidence.collected');
    });

    it('succeeds when the version already runs', async () => {
      beanpod.startWorker(world.provider);
      await end(await deploy(good));

      expect(await end(await deploy(good, {}))).toEqual({ name: 'succeeded' });
      expect(await world.running()).toBe(good);
    });

    it('neither fails nor repeats a change whose answer got lost', async () => {
      beanpod.startWorker(world.provider);
      await world.loseNextReply();

      expect(await end(await deploy(good))).toEqual({ name: 'succeeded' });
      expect(await world.changes()).toHaveLength(1);
    });

    it('leaves a foreign change alone', async () => {
      beanpod.startWorker(world.provider);
      const id = await deploy(good);
      await reached(id, conformance.afterChange ?? conformance.forward.at(-1) ?? '');
      await world.changeElsewhere();

      expect(await end(id)).toMatchObject({ name: 'superseded' });
      expect(await world.changes()).toHaveLength(1);
    });

    it.each(conformance.forward)('hands over at step %s without repeating a change', async (step) => {
      const first = beanpod.startWorker(world.provider);
      const id = await deploy(good);
      await reached(id, step);
      await first.close();
      beanpod.startWorker(world.provider);

      expect(await end(id)).toEqual({ name: 'succeeded' });
      expect(await world.changes()).toHaveLength(1);
    });

    it.each(conformance.back)('hands over a rollback at step %s without repeating a change', async (step) => {
      const first = beanpod.startWorker(world.provider);
      const id = await deploy(bad);
      await reached(id, step);
      await first.close();
      beanpod.startWorker(world.provider);

      expect(await end(id)).toMatchObject({ name: 'rolled_back' });
      expect(await world.running()).toBe(world.baseline);
      const changes = await world.changes();
      expect(new Set(changes).size).toBe(changes.length);
    });

    it.each(conformance.forward)('cancelled at step %s it ends with the baseline running', async (step) => {
      beanpod.startWorker(world.provider);
      const id = await deploy(good);
      await reached(id, step);
      await beanpod.deployments.cancel(id, { by: 'ada', reason: 'typo' });
      const state = await end(id);

      expect(['cancelled', 'rolled_back', 'succeeded']).toContain(state.name);
      expect(await world.running()).toBe(state.name === 'succeeded' ? good : world.baseline);
    });
  });
}

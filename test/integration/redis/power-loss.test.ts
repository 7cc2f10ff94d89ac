import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeploymentId } from '../../../src/shared/domain/ids.js';
import { newId } from '../../../src/shared/new-id.js';
import { createDeployments } from '../../../src/shared/store/deployments.js';
import { startRedisNode, type RedisNode } from '../../support/redis-node.js';

const COUNT = 300;

/** Needs a compiler for the disk that forgets, and the dynamic linker of Linux. */
const hasCompiler = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0;

describe.runIf(hasCompiler)('when the power fails', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'beanpod-power-'));
  const disk = path.join(folder, 'forgetful-disk.so');
  let redis: RedisNode;
  beforeAll(() => {
    const source = fileURLToPath(new URL('../../support/forgetful-disk.c', import.meta.url));
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', disk, source, '-ldl', '-lpthread']);
  });
  afterEach(() => redis.close());
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Accepts many, one after the other, then takes the power away; answers which were told and which are left. */
  async function lose(
    appendfsync: string,
  ): Promise<{ told: { id: string; at: number }[]; left: Set<string>; cutAt: number }> {
    redis = await startRedisNode({ settings: { appendfsync }, env: { LD_PRELOAD: disk } });
    const deployments = createDeployments(redis.client, 'power', { perTarget: 1_000, live: 1_000 });
    const told: { id: string; at: number }[] = [];
    for (let nth = 0; nth < COUNT; nth += 1) {
      const id = newId() as DeploymentId;
      const { said } = await deployments.accept({
        id,
        request: {
          service: `service-${nth % 10}`,
          environment: 'live',
          version: String(nth),
          provider: 'p',
          kind: 'deploy',
          onBusy: 'queue',
          actor: { name: 'ci' },
        },
        input: { spec: {}, artifact: { type: 'image', image: 'a/b:1' }, policy: {}, verify: {} },
        revision: '0',
        queueMs: 60_000,
      });
      if (said === 'accepted') told.push({ id, at: performance.now() });
    }
    const cutAt = performance.now();
    await redis.kill('SIGKILL');
    await redis.restart();
    const left = new Set<string>((await deployments.list({ limit: COUNT })).map(({ id }) => id));
    expect(await deployments.audit()).toEqual([]);
    return { told, left, cutAt };
  }

  it('the disk forgets what was never synchronised', async () => {
    const { told, left } = await lose('no');

    expect(told).toHaveLength(COUNT);
    expect(left.size).toBe(0);
  });

  it('appendfsync always keeps everything that was answered', async () => {
    const { told, left } = await lose('always');

    expect(told).toHaveLength(COUNT);
    expect(told.filter(({ id }) => !left.has(id))).toEqual([]);
  });

  it('appendfsync everysec loses at most the last two seconds, from the end on, and nothing by half', async () => {
    const { told, left, cutAt } = await lose('everysec');
    const lost = told.filter(({ id }) => !left.has(id));

    expect(lost.filter(({ at }) => at < cutAt - 2_000)).toEqual([]);
    expect(told.slice(0, told.length - lost.length).every(({ id }) => left.has(id))).toBe(true);
  });
});

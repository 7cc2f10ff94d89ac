import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { watchProgram, type Watched } from '../support/child.js';
import { ENVIRONMENT, SERVICE, startLiveInstance, type LiveInstance } from '../support/live-instance.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'beanpod-cli-'));

let instance: LiveInstance;
beforeAll(async () => {
  execFileSync(process.execPath, ['scripts/build-cli.mjs', folder], { cwd: root });
  instance = await startLiveInstance();
}, 120_000);
afterAll(async () => {
  await instance.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The bundle, alone in a folder, with the environment of a pipeline. */
function beanpod(...args: readonly string[]): Watched {
  return watchProgram(process.execPath, [path.join(folder, 'beanpod.mjs'), ...args], {
    ...instance.env,
    HOME: folder,
  });
}

const image = (name: string) =>
  `registry.example.com/shop@sha256:${Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64)}`;
const seen = (text: () => string, timeout = 60_000) => expect.poll(text, { timeout });

/** Lines of the log as the API gives them to people. */
async function logOf(id: string): Promise<readonly string[]> {
  const log = await instance.call.get(`/v1/deployments/${id}/logs`).set('accept', 'text/plain').buffer(true);
  return log.text
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());
}

describe('beanpod deploy --wait, while the API is restarted three times', () => {
  test.each([
    ['0 for a version that runs', 'v2', 'succeeded', 0],
    ['3 for one that was rolled back', 'v3-broken', 'rolled_back', 3],
  ])('prints every line once and ends with %s', async (_, version, state, code) => {
    instance.halt();
    const pipeline = beanpod('deploy', SERVICE, ENVIRONMENT, version, '--image', image(version), '--wait');
    await seen(() => pipeline.out).toContain('giving up means rolling back');

    for (const signal of ['SIGTERM', 'SIGKILL', 'SIGTERM'] as const) {
      await instance.restartApi(signal);
      instance.pass(10_000);
    }
    const { items } = (await instance.call.get('/v1/deployments?limit=1')).body;
    const id = items[0]?.id ?? '';
    expect((await instance.call.get(`/v1/deployments/${id}`)).body).toMatchObject({
      version,
      terminal: false,
    });
    instance.run();

    expect(await pipeline.ended, pipeline.errors).toBe(code);
    const printed = pipeline.out.trimEnd().split('\n');
    const log = await logOf(id);
    expect(printed.slice(0, log.length)).toEqual(log);
    expect(printed[log.length]).toContain(`${state}: ${version} on ${SERVICE}/${ENVIRONMENT}`);
    expect(
      (await instance.call.get('/v1/deployments')).body.items.filter((each) => each.version === version),
    ).toHaveLength(1);
  });
});

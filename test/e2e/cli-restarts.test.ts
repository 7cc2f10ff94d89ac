import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageOf, useCiMachine } from '../support/ci-machine.js';
import { ENVIRONMENT, SERVICE } from '../support/live-instance.js';

const machine = useCiMachine();
beforeAll(() => machine.start(), 120_000);
afterAll(() => machine.stop());

describe('beanpod deploy --wait, while the API is restarted three times', () => {
  test.each([
    ['0 for a version that runs', 'v2', 'succeeded', 0],
    ['3 for one that was rolled back', 'v3-broken', 'rolled_back', 3],
  ])('prints every line once and ends with %s', async (_, version, state, code) => {
    machine.instance.halt();
    const pipeline = machine.run('beanpod', [
      'deploy',
      SERVICE,
      ENVIRONMENT,
      version,
      '--image',
      imageOf(version),
      '--wait',
    ]);
    await expect.poll(() => pipeline.out, { timeout: 60_000 }).toContain('giving up means rolling back');

    for (const signal of ['SIGTERM', 'SIGKILL', 'SIGTERM'] as const) {
      await machine.instance.restartApi(signal);
      machine.instance.pass(10_000);
    }
    const { items } = (await machine.instance.call.get('/v1/deployments?limit=1')).body;
    const id = items[0]?.id ?? '';
    expect((await machine.instance.call.get(`/v1/deployments/${id}`)).body).toMatchObject({
      version,
      terminal: false,
    });
    machine.instance.run();

    expect(await pipeline.ended, pipeline.errors).toBe(code);
    const printed = pipeline.out.trimEnd().split('\n');
    const log = (await machine.newest()).log
      .trimEnd()
      .split('\n')
      .map((line) => line.trimEnd());
    expect(printed.slice(0, log.length)).toEqual(log);
    expect(printed[log.length]).toContain(`${state}: ${version} on ${SERVICE}/${ENVIRONMENT}`);
    expect(
      (await machine.instance.call.get('/v1/deployments')).body.items.filter(
        (each) => each.version === version,
      ),
    ).toHaveLength(1);
  });
});

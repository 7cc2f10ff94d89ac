import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLIENTS, imageOf, readClient, useCiMachine } from '../support/ci-machine.js';
import { ENVIRONMENT, SERVICE, TOKEN } from '../support/live-instance.js';

const machine = useCiMachine();
beforeAll(() => machine.start(), 120_000);
afterAll(() => machine.stop());

const artifactOf = (version: string) => JSON.stringify({ type: 'image', image: imageOf(version) });
const seen = (text: () => string) => expect.poll(text, { timeout: 60_000 });
const poller = path.join(CLIENTS, 'sh/beanpod-deploy.sh');

describe('the POSIX sh poller', () => {
  test('has at most 40 lines, and is the one that the library of Jenkins brings along', () => {
    expect(readClient('sh/beanpod-deploy.sh').trimEnd().split('\n').length).toBeLessThanOrEqual(40);
    expect(readClient('jenkins/resources/beanpod/beanpod-deploy.sh')).toBe(
      readClient('sh/beanpod-deploy.sh'),
    );
  });

  test.each([
    ['0 for a version that runs', 'v2', 0],
    ['3 for one that was rolled back', 'v3-broken', 3],
  ])('prints every line once over three restarts of the API and ends with %s', async (_, version, code) => {
    machine.instance.halt();
    const pipeline = machine.run('dash', [poller, SERVICE, ENVIRONMENT, version, artifactOf(version)], {
      BUILD_TAG: version,
    });
    await seen(() => pipeline.out).toContain('giving up means rolling back');

    for (const signal of ['SIGTERM', 'SIGKILL', 'SIGTERM'] as const) {
      await machine.instance.restartApi(signal);
      machine.instance.pass(10_000);
    }
    const { id } = await machine.newest();
    expect((await machine.instance.call.get(`/v1/deployments/${id}`)).body).toMatchObject({
      version,
      terminal: false,
    });
    machine.instance.run();

    expect(await pipeline.ended, pipeline.errors).toBe(code);
    expect(pipeline.out).toBe((await machine.newest()).log);
    if (code !== 0) expect(pipeline.errors).toContain(`${version} on shop/staging ended as rolled_back. `);
    expect((await machine.newest()).id).toBe(id);
  });

  test('does not deploy twice when its step is tried again', async () => {
    const before = await machine.newest();
    const again = machine.run('dash', [poller, SERVICE, ENVIRONMENT, 'v3-broken', artifactOf('v3-broken')], {
      BUILD_TAG: 'v3-broken',
    });

    expect(await again.ended, again.errors).toBe(3);
    expect((await machine.newest()).id).toBe(before.id);
  });

  test.each([
    ['2 for a version that nobody knows', ['v99'], {}, 2, 'version.unregistered'],
    ['2 for a name that could break out of the request', ['v1","x":"'], {}, 2, 'not a name'],
    ['7 for a token that is not valid', ['v1'], { BEANPOD_TOKEN: 'bp_nobody' }, 7, 'token.invalid'],
    [
      '124 for an API that never answers',
      ['v1'],
      { BEANPOD_URL: 'http://127.0.0.1:1', BEANPOD_TIMEOUT: '0' },
      124,
      'time is up',
    ],
  ])('ends with %s', async (_, args, env, code, words) => {
    const refused = machine.run('dash', [poller, SERVICE, ENVIRONMENT, ...args], env);

    expect(await refused.ended, refused.errors).toBe(code);
    expect(refused.errors).toContain(words);
    expect(refused.errors).not.toContain(TOKEN);
  });

  test('shows its token to nobody who looks at the processes', async () => {
    machine.instance.halt();
    const waiting = machine.run('dash', [poller, SERVICE, ENVIRONMENT, 'v4', artifactOf('v4')]);
    await seen(() => waiting.out).toContain('Deploying v4');

    const arguments_ = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    machine.instance.run();

    expect(arguments_).toContain('beanpod-deploy.sh');
    expect(arguments_).not.toContain(TOKEN);
    expect(await waiting.ended).toBe(0);
  });
});

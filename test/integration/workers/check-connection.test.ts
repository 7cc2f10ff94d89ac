import { describe, expect, test } from 'vitest';
import type { Provider } from '../../../src/providers/define-provider.js';
import type { LiveOperations } from '../../../src/providers/live-operations.js';
import { checkConnection } from '../../../src/workers/check-connection.js';
import { createScriptedCloud } from '../../support/scripted-provider.js';
import { testSecrets } from '../../support/secrets.js';

const SECRET = 'pa55-w0rd-of-the-shop';
const secrets = testSecrets({ variables: { BEANPOD_SECRET_SHOP: SECRET } });

type Checks = NonNullable<LiveOperations['checkConnection']>;

/** A provider that looks in this way, and remembers the spec that it was given. */
function providerWith(checks: Checks | undefined, specs: unknown[] = []): Provider {
  const { provider } = createScriptedCloud();
  return {
    ...provider,
    live(spec) {
      specs.push(spec);
      return { ok: true, live: checks ? { checkConnection: checks } : {} };
    },
  };
}

interface Wish {
  readonly provider?: Provider | undefined;
  readonly spec?: unknown;
  readonly signal?: AbortSignal;
}

function look({ provider, spec = {}, signal = new AbortController().signal }: Wish) {
  const deps = {
    provider: () => Promise.resolve(provider),
    surroundings: { bundles: { open: () => Promise.resolve(undefined) } },
    secrets,
    redact: (line: string) => secrets.redactor.redact(line),
  };
  const subject = { service: 'shop-api', environment: 'staging', provider: 'scripted', spec, verify: {} };
  return checkConnection(deps, subject, signal);
}

const fine: Checks = () => Promise.resolve([{ check: 'Server', verdict: 'passed', seen: 'It answers' }]);

describe('a worker that tests a connection', () => {
  test('gives the provider the values of secrets, and hides them in what it says', async () => {
    const specs: unknown[] = [];
    const leaky: Checks = () =>
      Promise.resolve([{ check: 'Server', verdict: 'failed', seen: `It refuses ${SECRET}`, todo: SECRET }]);
    const view = await look({
      provider: providerWith(leaky, specs),
      spec: { token: 'env:BEANPOD_SECRET_SHOP' },
    });

    expect(specs).toEqual([{ token: SECRET }]);
    expect(view).toMatchObject({ verdict: 'failed', checks: [{ verdict: 'passed' }, { verdict: 'failed' }] });
    expect(JSON.stringify(view)).not.toContain(SECRET);
  });

  test('goes on with the rest where a secret cannot be read', async () => {
    const view = await look({ provider: providerWith(fine), spec: { token: 'env:BEANPOD_SECRET_GONE' } });

    expect(view).toMatchObject({
      verdict: 'failed',
      checks: [
        {
          check: 'Secrets of the target',
          verdict: 'failed',
          seen: expect.stringContaining('BEANPOD_SECRET_GONE') as unknown,
        },
        { check: 'Server', verdict: 'passed' },
      ],
    });
  });

  test('takes unknown for the verdict where nothing failed and something could not be seen, or nothing was', async () => {
    const some: Checks = () =>
      Promise.resolve([
        { check: 'Server', verdict: 'passed', seen: 'It answers' },
        { check: 'Rights', verdict: 'unknown', seen: 'They cannot be seen' },
      ]);

    expect(await look({ provider: providerWith(fine) })).toMatchObject({ verdict: 'passed' });
    expect(await look({ provider: providerWith(some) })).toMatchObject({ verdict: 'unknown' });
    expect(await look({ provider: providerWith(() => Promise.resolve([])) })).toMatchObject({
      verdict: 'unknown',
      checks: [],
    });
  });

  test('takes a provider that breaks for unknown', async () => {
    const view = await look({ provider: providerWith(() => Promise.reject(new Error(`boom ${SECRET}`))) });

    expect(view).toMatchObject({
      verdict: 'unknown',
      checks: [{ check: 'Platform', seen: expect.stringContaining('boom') as unknown }],
    });
  });

  test('says so where the provider cannot tell, or is not there', async () => {
    expect(await look({ provider: providerWith(undefined) })).toEqual({ said: 'unsupported' });
    expect(await look({ provider: undefined })).toMatchObject({
      verdict: 'failed',
      checks: [{ seen: 'There is no provider "scripted" on this worker' }],
    });
  });

  test('lists only so much, and cuts what is long', async () => {
    const many: Checks = () =>
      Promise.resolve(
        Array.from({ length: 300 }, (_, nth) => {
          return { check: `Check ${nth}`, verdict: 'passed', seen: 'x'.repeat(9_000) } as const;
        }),
      );
    const view = await look({ provider: providerWith(many) });

    expect('checks' in view && view.checks.length).toBe(200);
    expect('checks' in view && view.checks[0]?.seen.length).toBe(2_000);
  });

  test('leaves with its process', async () => {
    const leaving = new AbortController();
    const answer = look({
      provider: providerWith(({ signal }) => {
        leaving.abort(new Error('It shuts down'));
        return Promise.reject(signal.reason as Error);
      }),
      signal: leaving.signal,
    });

    await expect(answer).rejects.toThrow('It shuts down');
  });
});

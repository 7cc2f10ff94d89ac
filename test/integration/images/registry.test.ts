import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RegistrySetting } from '../../../src/shared/config/registry-settings.js';
import { createRegistries, type Registries } from '../../../src/workers/images/registries.js';
import { found as reading } from '../../../src/workers/secrets/reading.js';
import { makeCertificate } from '../../simulators/kubernetes/tls.js';
import { startRegistry, type RegistrySimulator } from '../../simulators/registry/start.js';
import { failed, found, waiting } from '../../support/vault.js';

const PASSWORD = 'correct-horse-battery-staple';
const USER = { username: 'beanpod', password: PASSWORD };

let sim: RegistrySimulator;
const opened: Registries[] = [];
beforeEach(async () => {
  sim = await startRegistry();
  sim.world.users.set(USER.username, PASSWORD);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((registries) => registries.close()));
  await sim.close();
});

/** Asks the simulated registry, as it is configured, which digest a tag or a digest of `shop/api` names. */
async function look(
  reference: string,
  setting: Partial<RegistrySetting> = {},
  { name = 'shop/api', signal = AbortSignal.timeout(20_000) } = {},
) {
  const registries = createRegistries([{ host: sim.host, plainHttp: true, ...setting }]);
  opened.push(registries);
  const known = registries.find(setting.host ?? sim.host);
  if (!known) throw new Error('The registry is not configured');
  const user = known.user({ read: (text) => Promise.resolve(reading(text)) });
  return known.registry.look(name, reference, user, signal);
}

const proofs = () => sim.world.calls.map(({ at, method, proof }) => `${at} ${method} ${proof}`);

describe('a tag', () => {
  test('is looked up without fetching anything', async () => {
    const digest = sim.push('shop/api', '1');

    expect(await look('1')).toEqual(found(digest));
    expect(proofs()).toEqual(['registry HEAD none']);
  });

  test.each(['none', 'refused'] as const)('is what its bytes are when HEAD says nothing: %s', async (how) => {
    const digest = sim.push('shop/api', '1');
    if (how === 'none') sim.world.digestHeader = 'none';
    else sim.world.head = 'refused';

    expect(await look('1')).toEqual(found(digest));
    expect(proofs()).toEqual(['registry HEAD none', 'registry GET none']);
  });

  test('that is not there, or whose repository is not, does not exist', async () => {
    sim.push('shop/api', '1');

    expect(await look('2')).toEqual(failed('image.not-found', /127\.0\.0\.1:\d+ has no .*\/shop\/api:2$/));
    expect(await look('1', {}, { name: 'shop/web' })).toEqual(failed('image.not-found', /shop\/web:1/));
  });

  test.each([
    ['1', '../../v2/_catalog'],
    ['1', 'shop//api'],
    ['1', 'Shop'],
    ['1?x=', 'shop/api'],
    ['', 'shop/api'],
    ['a'.repeat(200), 'shop/api'],
  ])('"%s" of "%s" is not sent, as no registry has such a name', async (tag, name) => {
    expect(await look(tag, {}, { name })).toEqual(failed('image.reference-invalid', /is no image reference/));
    expect(sim.world.calls).toEqual([]);
  });
});

describe('a digest', () => {
  test('is confirmed', async () => {
    const digest = sim.push('shop/api', '1');
    sim.push('shop/api', '1');

    expect(await look(digest)).toEqual(found(digest));
    sim.remove('shop/api', digest);
    expect(await look(digest)).toEqual(failed('image.not-found', /shop\/api@sha256:/));
  });

  test('that the registry answers with another one is not believed', async () => {
    const digest = sim.push('shop/api', '1');
    sim.world.digestHeader = { says: `sha256:${'0'.repeat(64)}` };

    expect(await look(digest)).toEqual(failed('image.answer-invalid', /and answers for sha256:000/));
  });

  test('that the bytes do not have is not believed', async () => {
    const digest = sim.push('shop/api', '1');
    sim.world.head = 'refused';
    sim.world.digestHeader = { says: `sha256:${'0'.repeat(64)}` };

    expect(await look('1')).toEqual(
      failed('image.answer-invalid', new RegExp(`is sha256:000\\w+, and sends ${digest}`)),
    );
  });

  test.each(['', 'sha256:short', 'md5:d41d8cd98f00b204e9800998ecf8427e', 'x'.repeat(4_000)])(
    'of the form "%s" is none',
    async (says) => {
      sim.push('shop/api', '1');
      sim.world.digestHeader = { says };

      const answer = await look('1');

      expect(answer).toEqual(failed('image.answer-invalid', /, which is no digest$/));
      expect(JSON.stringify(answer).length).toBeLessThan(1_000);
    },
  );
});

describe('a registry that wants to know who asks', () => {
  beforeEach(() => sim.push('shop/api', '1'));

  test('is given the password only after it has asked', async () => {
    sim.world.access = 'basic';

    expect(await look('1', USER)).toMatchObject({ said: 'found' });
    expect(proofs()).toEqual(['registry HEAD none', 'registry HEAD basic']);
    sim.world.calls.length = 0;
    sim.world.digestHeader = 'none';
    expect(await look('1', USER)).toMatchObject({ said: 'found' });
    expect(proofs()).toEqual(['registry HEAD none', 'registry HEAD basic', 'registry GET basic']);
  });

  test('gives a token for the password, which goes nowhere else', async () => {
    sim.world.access = 'tokens-elsewhere';

    expect(await look('1', { ...USER, tokenHost: sim.tokenHost })).toMatchObject({ said: 'found' });
    expect(proofs()).toEqual(['registry HEAD none', 'tokens GET basic', 'registry HEAD bearer']);
  });

  test('gives a token to anybody for what is open', async () => {
    sim.world.access = 'tokens-here';
    sim.world.open.add('shop/api');

    expect(await look('1')).toMatchObject({ said: 'found' });
    expect(proofs()).toEqual(['registry HEAD none', 'registry GET none', 'registry HEAD bearer']);
  });

  test.each([
    ['basic', { ...USER, password: 'wrong' }],
    ['basic', {}],
    ['tokens-here', { ...USER, password: 'wrong' }],
    ['tokens-here', {}],
  ] as const)('by %s says no to %j', async (access, setting) => {
    sim.world.access = access;

    expect(await look('1', setting)).toEqual(failed('image.denied', /127\.0\.0\.1/));
  });

  test('gets no password for a token from a place that nobody configured', async () => {
    sim.world.access = 'tokens-elsewhere';

    expect(await look('1', USER)).toEqual(
      failed(
        'image.answer-invalid',
        new RegExp(`to http://${sim.tokenHost}; allowed are http and ${sim.host}`),
      ),
    );
    expect(proofs()).toEqual(['registry HEAD none']);
  });

  test.each(['file:///etc/passwd', 'ftp://HOST/token', 'http://user:word@HOST/token', 'nowhere', ''])(
    'gets no password at %s',
    async (realm) => {
      sim.world.access = 'tokens-here';
      sim.world.realm = realm.replace('HOST', sim.host);

      expect(await look('1', USER)).toEqual(failed('image.answer-invalid', /token/));
      expect(proofs()).toEqual(['registry HEAD none']);
    },
  );

  test('gets no password over plain HTTP unless the operator said so', async () => {
    const tls = await makeCertificate();
    await sim.close();
    sim = await startRegistry({ tls });
    sim.world.users.set(USER.username, PASSWORD);
    const digest = sim.push('shop/api', '1');
    const folder = await mkdtemp(path.join(tmpdir(), 'beanpod-registry-'));
    const caFile = path.join(folder, 'ca.pem');
    await writeFile(caFile, tls.ca);
    const safe = { ...USER, plainHttp: false, caFile };

    try {
      sim.world.access = 'tokens-here';
      expect(await look('1', safe)).toEqual(found(digest));
      sim.world.realm = `http://${sim.host}/token`;
      expect(await look('1', safe)).toEqual(failed('image.answer-invalid', /allowed are https and/));
      expect(await look('1', { ...USER, plainHttp: false })).toEqual(waiting(/CERT|SELF_SIGNED|UNABLE_TO/));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test.each([
    '',
    '{"token": 7}',
    '{"token": "a\\r\\nhost: evil"}',
    '<html>',
    `{"token": "${'x'.repeat(40_000)}"}`,
  ])('is not asked with a token like %.40s', async (body) => {
    sim.world.access = 'tokens-here';
    sim.fail(/token/, { status: 200, body });

    expect(await look('1', USER)).toEqual(failed('image.answer-invalid', /without a token$/));
  });

  test('and says nothing of how, is not asked again', async () => {
    sim.fail(/manifests/, { status: 401, headers: { 'www-authenticate': 'Negotiate' } });

    expect(await look('1', USER)).toEqual(failed('image.answer-invalid', /offers neither Bearer nor Basic/));
  });

  test('shows the password in no answer', async () => {
    sim.world.access = 'basic';
    const answers = [await look('1', USER), await look('2', USER)];
    sim.fail(/manifests/, 'reset');
    answers.push(await look('1', USER));
    sim.world.users.clear();
    answers.push(await look('1', USER));

    const text = JSON.stringify(answers);
    expect(answers.map(({ said }) => said)).toEqual(['found', 'failed', 'wait', 'failed']);
    for (const word of [PASSWORD, Buffer.from(`beanpod:${PASSWORD}`).toString('base64')])
      expect(text).not.toContain(word);
  });
});

describe('a registry in trouble', () => {
  beforeEach(() => sim.push('shop/api', '1'));

  test.each([429, 500, 502, 503])('that answers %d is asked again when it wishes', async (status) => {
    sim.fail(/manifests/, { status, headers: { 'retry-after': '7' } });

    expect(await look('1')).toEqual({
      ...waiting(new RegExp(`answers ${status} to the question for`)),
      forMs: 7_000,
    });
    expect(await look('1')).toMatchObject({ said: 'found' });
  });

  test.each(['86400', 'Wed, 21 Oct 2026 07:28:00 GMT', '-1', 'soon'])(
    'is asked again within a minute, whatever %s means',
    async (seconds) => {
      sim.fail(/manifests/, { status: 429, headers: { 'retry-after': seconds } });

      const answer = await look('1');

      expect(answer).toEqual(waiting(/429/));
      expect(answer.said === 'wait' && answer.forMs).toBeLessThanOrEqual(60_000);
    },
  );

  test('that gives no tokens now is asked again', async () => {
    sim.world.access = 'tokens-here';
    sim.fail(/token/, { status: 503 });

    expect(await look('1', USER)).toEqual(waiting(/answers 503 instead of a token/));
    sim.fail(/token/, 'reset');
    expect(await look('1', USER)).toEqual(waiting(/which gives tokens: /));
  });

  test('that breaks off or is not there is asked again', async () => {
    sim.fail(/manifests/, 'reset');
    expect(await look('1')).toEqual(waiting(/was asked for .*shop\/api:1: /));

    await sim.close();
    expect(await look('1')).toEqual(waiting(/ECONNREFUSED/));
  });

  test('that does not answer is left when the signal says so', async () => {
    sim.fail(/manifests/, 'hang');
    const over = new AbortController();
    const asked = look('1', {}, { signal: over.signal });
    await expect.poll(() => sim.world.calls.length).toBe(1);
    over.abort();

    expect(await asked).toEqual(waiting(/no answer in time/));
  });

  test('that points elsewhere is not followed', async () => {
    let visits = 0;
    const elsewhere = createServer((_, response) => {
      visits += 1;
      response.end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const { port } = elsewhere.address() as AddressInfo;
    const location = `http://127.0.0.1:${port}/v2/shop/api/manifests/1`;
    sim.world.access = 'basic';
    sim.fail(/manifests/, { status: 307, headers: { location } });

    expect(await look('1', USER)).toEqual(
      failed(
        'image.answer-invalid',
        new RegExp(`points to 127\\.0\\.0\\.1:${port}; redirects are not followed`),
      ),
    );
    expect(visits).toBe(0);
    await new Promise((resolve) => elsewhere.close(resolve));
  });

  test('that sends without end is cut off', async () => {
    sim.fail(/manifests/, { status: 405 });
    sim.fail(/manifests/, { status: 200, body: 'x'.repeat(5 * 1024 * 1024) });

    expect(await look('1')).toEqual(waiting(/an answer of more than 4 MiB/));
  });

  test('that answers what no registry answers is not believed', async () => {
    sim.fail(/manifests/, { status: 418 });

    expect(await look('1')).toEqual(failed('image.answer-invalid', /answers 418/));
  });
});

describe('what is configured', () => {
  test('is one registry for each host', () => {
    expect(() => createRegistries([{ host: 'a.example.com' }, { host: 'a.example.com' }])).toThrow(
      'names a.example.com twice',
    );
  });

  test('names files that can be read', () => {
    expect(() => createRegistries([{ host: 'a.example.com', caFile: '/nonexistent/ca.pem' }])).toThrow(
      'the caFile of a.example.com cannot be read',
    );
  });

  test('is all that is ever found', () => {
    const registries = createRegistries([{ host: 'docker.io' }, { host: 'a.example.com:5000' }]);
    opened.push(registries);

    const known = ['docker.io', 'a.example.com:5000', 'a.example.com', 'registry-1.docker.io', ''].filter(
      (host) => registries.find(host),
    );
    expect(known).toEqual(['docker.io', 'a.example.com:5000']);
  });
});

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../../src/cli/exit-code.js';
import { useApi } from '../../support/api.js';
import { startCommand, type Ran } from '../../support/command-line.js';
import { usePeople } from '../../support/people.js';

const api = useApi();
const people = usePeople(api);
const folder = mkdtempSync(path.join(tmpdir(), 'beanpod-apply-'));
beforeAll(() => api.start());
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await api.stop();
});

function file(name: string, text: string): string {
  const full = path.join(folder, name);
  writeFileSync(full, text);
  return full;
}

function apply(...args: readonly string[]): Promise<Ran> {
  return startCommand({ BEANPOD_URL: api.url, BEANPOD_TOKEN: api.token }, ['apply', ...args]).ended;
}

const target = (service: string, environment: string, region = 'eu-central-1') => `
kind: target
service: ${service}
environment: ${environment}
provider: elastic-beanstalk
spec: { application: ${service}, environment: ${service}-${environment}, region: ${region} }
`;
const names = async () =>
  Promise.all(
    ['services', 'environments', 'targets'].map(
      async (kind) => (await api.call().get(`/v1/${kind}`)).body.items.length,
    ),
  );

describe('apply', () => {
  test('writes nothing at all when one document of many is wrong, and names every problem with its line', async () => {
    const good = file('a.yaml', 'services: { web: {}, mail: {} }\nenvironments: { staging: {} }\n');
    const wrong = file('b.yaml', `${target('web', 'staging', 'nowhere')}---${target('mail', 'production')}`);

    const refused = await apply('-f', good, '-f', wrong);
    const tried = await apply('-f', good, '-f', wrong, '--dry-run');

    expect(refused.code).toBe(EXIT.invalid);
    expect(refused.errors).toContain('Nothing was applied:');
    expect(refused.errors).toContain(`${wrong}:6 /spec/region`);
    expect(refused.errors).toContain(
      'target mail/production needs the environment production, which is in no file and not there',
    );
    expect([tried.code, tried.errors]).toEqual([refused.code, refused.errors]);
    expect(await names()).toEqual([0, 0, 0]);
  });

  test('writes all of them when none is, also what one needs of another', async () => {
    const all = file(
      'c.yaml',
      `kind: service\nname: web\n---\nkind: environment\nname: staging\n---${target('web', 'staging')}`,
    );

    const tried = await apply('-f', all, '--dry-run');
    expect(await names()).toEqual([0, 0, 0]);
    const applied = await apply('-f', all);
    const again = await apply('-f', all);

    expect([tried.code, tried.out]).toEqual([0, expect.stringContaining('Would change 3 of 3')]);
    expect([applied.code, applied.out]).toEqual([0, expect.stringContaining('Changed 3 of 3')]);
    expect([again.code, again.out]).toEqual([0, 'Changed 0 of 3; 3 as wanted already\n']);
    expect(await names()).toEqual([1, 1, 1]);
  });

  test('is refused with 7 by the right that is missing, before what is allowed is written', async () => {
    await people.role('web-editor', [
      { effect: 'allow', verbs: ['view'] },
      { effect: 'allow', verbs: ['edit'], service: 'shop' },
    ]);
    const made = await api.call().post('/v1/tokens').send({ name: 'editor', role: 'web-editor' });
    expect(made.status, made.text).toBe(201);
    const both = file('d.yaml', 'services: { shop: {}, basket: {} }\n');
    const env = { BEANPOD_URL: api.url, BEANPOD_TOKEN: made.body.token };

    const refused = await startCommand(env, ['apply', '-f', both]).ended;

    expect([refused.code, refused.errors]).toEqual([
      EXIT.denied,
      expect.stringContaining('on service basket'),
    ]);
    expect(refused.errors).not.toContain('on service shop:');
    expect((await api.call().get('/v1/services/shop')).status).toBe(404);
  });

  test('says what was written when a later one is refused although it passed', async () => {
    const server = between((method, url) => method === 'PUT' && url === '/v1/environments/late');
    const port = await listening(server);
    const all = file('e.yaml', 'services: { one: {}, two: {} }\nenvironments: { late: {}, later: {} }\n');
    const env = { BEANPOD_URL: `http://127.0.0.1:${port}`, BEANPOD_TOKEN: api.token };

    const stopped = await startCommand(env, ['apply', '-f', all]).ended;
    server.close();

    expect(stopped.code).toBe(EXIT.denied);
    expect(stopped.errors).toContain('environment late was refused, although it passed when it was tried:');
    expect(stopped.errors).toContain('Written before it: service one, service two');
    expect(stopped.errors).toContain('Not written: environment later');
    expect((await api.call().get('/v1/services/two')).status).toBe(200);
    expect((await api.call().get('/v1/environments/later')).status).toBe(404);
  });
});

/** The API behind somebody who takes the right away in the middle. */
function between(denies: (method: string, url: string) => boolean): Server {
  return createServer((request, response) => {
    const { method = '', url = '' } = request;
    if (denies(method, url)) {
      const problem = { type: '', title: 'Not allowed', status: 403, code: 'access.denied', requestId: 'r' };
      response.writeHead(403, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
      return;
    }
    void forward(request, `${api.url}${url}`).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(await answer.text());
    });
  });
}

async function forward(request: IncomingMessage, url: string): Promise<Response> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return fetch(url, {
    method: request.method ?? 'GET',
    headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
    ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
  });
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

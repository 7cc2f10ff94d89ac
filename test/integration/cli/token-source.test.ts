import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXIT } from '../../../src/cli/exit-code.js';
import { createTokenSource } from '../../../src/cli/token-source.js';

const API = 'https://beanpod.example.com';
const folder = mkdtempSync(path.join(tmpdir(), 'beanpod-token-'));
const asked: { readonly url: string; readonly authorization: string }[] = [];
/** Stands in for the service of GitHub that signs identities for jobs. */
const github = createServer((req, res) => {
  asked.push({ url: req.url ?? '', authorization: req.headers.authorization ?? '' });
  res.statusCode = req.headers.authorization === 'Bearer of-the-job' ? 200 : 401;
  res.end(JSON.stringify(res.statusCode === 200 ? { count: 1, value: 'signed.for.beanpod' } : {}));
});
let url = '';
beforeAll(async () => {
  github.listen(0, '127.0.0.1');
  await once(github, 'listening');
  url = `http://127.0.0.1:${(github.address() as AddressInfo).port}/token?api-version=2.0`;
});
afterAll(() => {
  github.close();
  rmSync(folder, { recursive: true });
});

test('a token of the settings goes first, and a file may hold it', async () => {
  const file = path.join(folder, 'token');
  writeFileSync(file, 'bp_of_a_file\n');
  const job = { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-job' };

  expect(await createTokenSource({ ...job, BEANPOD_TOKEN: ' bp_1 ' }, API)()).toBe('bp_1');
  expect(await createTokenSource({ ...job, BEANPOD_TOKEN_FILE: file }, API)()).toBe('bp_of_a_file');
  expect(asked).toEqual([]);
});

test('a job of GitHub Actions without a token asks for an identity made for the API, once for many calls', async () => {
  const token = createTokenSource(
    { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-job' },
    API,
  );

  expect([await token(), await token()]).toEqual(['signed.for.beanpod', 'signed.for.beanpod']);
  expect(asked).toEqual([
    {
      url: `/token?api-version=2.0&audience=${encodeURIComponent(API)}`,
      authorization: 'Bearer of-the-job',
    },
  ]);
});

test('a job whose identity is refused fails with what GitHub answered', async () => {
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'wrong' };

  await expect(createTokenSource(env, API)()).rejects.toThrow('answered 401');
});

test('nothing to prove with is said before anything is sent', () => {
  expect(() => createTokenSource({}, API)).toThrow('BEANPOD_TOKEN');
  expect(() => createTokenSource({ BEANPOD_TOKEN_FILE: '/nowhere' }, API)).toThrow('ENOENT');
  try {
    createTokenSource({}, API);
  } catch (error) {
    expect(error).toMatchObject({ code: EXIT.denied });
  }
});

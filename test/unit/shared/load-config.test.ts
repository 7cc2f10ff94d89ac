import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/shared/config/load.js';
import { ConfigProblem } from '../../../src/shared/config/schema.js';
import { SETTINGS } from '../../../src/shared/config/settings.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'beanpod-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const place = path.join(folder, name);
  writeFileSync(place, text);
  return place;
}

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigProblem) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  test('has a default for everything that must have a value, and is frozen', () => {
    const config = loadConfig({});

    expect(config).toMatchObject({
      redisUrl: 'redis://127.0.0.1:6379',
      port: 8080,
      queue: { perTarget: 100, live: 20_000 },
      blobs: { place: './.beanpod/blobs', s3PathStyle: false },
      checkNetworks: [],
      redisCheck: 'strict',
    });
    expect(config.workerName).toMatch(/-\d+$/);
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('is read from the environment over the file over the defaults', () => {
    const place = file('over.yaml', 'port: 1111\nnamespace: from-file\n');

    const config = loadConfig({ BEANPOD_CONFIG: place, BEANPOD_PORT: '2222' });

    expect([config.port, config.namespace, config.host]).toEqual([2222, 'from-file', '0.0.0.0']);
  });

  test('reads numbers, truth and lists as such', () => {
    const config = loadConfig({
      BEANPOD_TEMPO: '0.05',
      BEANPOD_S3_PATH_STYLE: 'true',
      BEANPOD_CHECK_NETWORKS: '10.0.0.0/8, 192.168.0.0/16',
    });

    expect(config.tempo).toBe(0.05);
    expect(config.s3PathStyle).toBe(true);
    expect(config.checkNetworks).toEqual(['10.0.0.0/8', '192.168.0.0/16']);
  });

  test('takes the value of a setting from the file that its _FILE variant names', () => {
    const place = file('token', 'a-secret-that-is-long-enough\n');

    expect(loadConfig({ BEANPOD_ADMIN_TOKEN_FILE: place }).adminToken).toBe('a-secret-that-is-long-enough');
    expect(problemsOf({ BEANPOD_ADMIN_TOKEN_FILE: '/nowhere/token' })).toEqual([
      expect.stringContaining('BEANPOD_ADMIN_TOKEN_FILE names a file that cannot be read'),
    ]);
  });

  test('refuses a setting that is given twice', () => {
    const place = file('twice', 'a-secret-that-is-long-enough');

    expect(problemsOf({ BEANPOD_ADMIN_TOKEN: 'x'.repeat(30), BEANPOD_ADMIN_TOKEN_FILE: place })).toEqual([
      'BEANPOD_ADMIN_TOKEN and BEANPOD_ADMIN_TOKEN_FILE are both set; remove one of them',
    ]);
  });

  test('reports every problem at once, with what was seen', () => {
    const place = file('bad.yaml', 'port: 99999\ncolour: red\nlogLevel: loud\n');

    const problems = problemsOf({ BEANPOD_CONFIG: place, BEANPOD_LEASE_MS: 'soon' });

    expect(problems).toEqual(
      expect.arrayContaining([
        `${place}:1 port must be <= 65535; it is 99999`,
        `${place}:2 colour is not a known setting`,
        expect.stringMatching(/bad\.yaml:3 logLevel must be one of .*; it is "loud"$/),
        'BEANPOD_LEASE_MS must be integer; it is "soon"',
      ]),
    );
    expect(problems).toHaveLength(4);
  });

  test('keeps the settings of Vault together, and has none without its address', () => {
    const env = {
      BEANPOD_VAULT_ADDR: 'https://vault.example.com:8200',
      BEANPOD_VAULT_AUTH: 'approle',
      BEANPOD_VAULT_ROLE_ID: 'role-1',
      BEANPOD_VAULT_SECRET_ID_FILE: file('secret-id', 'secret-1\n'),
      BEANPOD_VAULT_PATHS: 'secret/{environment}/, aws/sts/deployer',
    };

    expect(loadConfig(env).vault).toEqual({
      address: 'https://vault.example.com:8200',
      auth: 'approle',
      roleId: 'role-1',
      secretId: 'secret-1',
      jwtPath: '/var/run/secrets/kubernetes.io/serviceaccount/token',
      paths: ['secret/{environment}/', 'aws/sts/deployer'],
    });
    expect(loadConfig({ ...env, BEANPOD_VAULT_ADDR: '' }).vault).toBeUndefined();
  });

  test('reads registries as JSON or YAML, names every mistake and shows no part of them', () => {
    const registry = { host: 'r.example.com:5000', username: 'ada', password: 'env:BEANPOD_SECRET_R' };
    const yaml =
      'registries: [{host: "r.example.com:5000", username: ada, password: "env:BEANPOD_SECRET_R"}]\n';

    expect(loadConfig({ BEANPOD_REGISTRIES: JSON.stringify([registry]) }).registries).toEqual([registry]);
    expect(loadConfig({ BEANPOD_CONFIG: file('registries.yaml', yaml) }).registries).toEqual([registry]);
    expect(loadConfig({}).registries).toEqual([]);
    const wrong = [
      { host: 'https://hunter2@r' },
      { host: 'r', username: 'ada' },
      { host: 'r', pass: 'hunter2' },
    ];
    const problems = problemsOf({ BEANPOD_REGISTRIES: JSON.stringify(wrong) });
    expect(problems).toHaveLength(3);
    expect(problems.join()).toMatch(/BEANPOD_REGISTRIES\/0\/host .*\/1 .*\/2\/pass is not a known key/);
    expect(problems.join()).not.toContain('hunter2');
    const torn = problemsOf({ BEANPOD_REGISTRIES: '[{"password": "hunter2' });
    expect(torn).toEqual(['BEANPOD_REGISTRIES must be array']);
  });

  test('never shows a secret in a problem', () => {
    expect(problemsOf({ BEANPOD_ADMIN_TOKEN: 'short-secret' }).join()).not.toContain('short-secret');
    expect(problemsOf({ REDIS_URL: 'http://user:pass@host' }).join()).not.toContain('pass');
  });

  test('names the cause when Kubernetes put the address of a Service into a setting', () => {
    expect(problemsOf({ BEANPOD_PORT: 'tcp://10.0.0.1:8080' })).toEqual([
      expect.stringContaining('enableServiceLinks: false'),
    ]);
  });

  test.each([
    ['port: [\n', /:\d+ /],
    ['- port\n', /:1 must hold settings by their names/],
    ['port: 1\n---\nport: 2\n', /:1 holds more than one document/],
    ['port: 1\nport: 2\n', /:2 .*unique/],
  ])('refuses the file %j', (text, problem) => {
    expect(problemsOf({ BEANPOD_CONFIG: file('odd.yaml', text) }).join()).toMatch(problem);
  });
});

test('every setting has a sentence, and a default that its own schema takes', () => {
  for (const [name, { schema }] of Object.entries(SETTINGS))
    expect((schema as { description?: string }).description, name).toMatch(/^\S.{10,}/);
  expect(problemsOf({})).toEqual([]);
});

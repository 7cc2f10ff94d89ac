import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { textWith } from '../support/caller.js';
import { watchProgram, type Watched } from '../support/child.js';
import {
  ENVIRONMENT,
  SERVICE,
  startLiveInstance,
  TOKEN,
  type LiveInstance,
} from '../support/live-instance.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const clients = path.join(root, 'clients');
const poller = path.join(clients, 'sh/beanpod-deploy.sh');
const folder = mkdtempSync(path.join(tmpdir(), 'beanpod-clients-'));
const bin = path.join(folder, 'bin');

let instance: LiveInstance;
beforeAll(async () => {
  execFileSync(process.execPath, ['scripts/build-cli.mjs', folder], { cwd: root });
  mkdirSync(bin);
  symlinkSync(path.join(folder, 'beanpod.mjs'), path.join(bin, 'beanpod'));
  instance = await startLiveInstance();
}, 120_000);
afterAll(async () => {
  await instance.stop();
  rmSync(folder, { recursive: true, force: true });
});

const seen = (text: () => string) => expect.poll(text, { timeout: 60_000 });
const read = (file: string) => readFileSync(path.join(clients, file), 'utf8');
const imageOf = (name: string) =>
  `registry.example.com/shop@sha256:${Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64)}`;
const artifactOf = (name: string) => JSON.stringify({ type: 'image', image: imageOf(name) });

/** A script with the command line on its PATH, as in the image of Beanpod. */
function start(shell: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Watched {
  const paths = `${bin}:${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  return watchProgram(shell, args, { ...instance.env, PATH: paths, TMPDIR: folder, ...env }, folder);
}

async function newest(): Promise<{ id: string; version: string; log: string }> {
  const { id = '', version = '' } = (await instance.call.get('/v1/deployments?limit=1')).body.items[0] ?? {};
  const log = await instance.call.get(`/v1/deployments/${id}/logs`).set('accept', 'text/plain').buffer(true);
  return { id, version, log: log.text };
}

describe('the POSIX sh poller', () => {
  test('has at most 40 lines, and is the one that the library of Jenkins brings along', () => {
    expect(read('sh/beanpod-deploy.sh').trimEnd().split('\n').length).toBeLessThanOrEqual(40);
    expect(read('jenkins/resources/beanpod/beanpod-deploy.sh')).toBe(read('sh/beanpod-deploy.sh'));
  });

  test.each([
    ['0 for a version that runs', 'v2', 0],
    ['3 for one that was rolled back', 'v3-broken', 3],
  ])('prints every line once over three restarts of the API and ends with %s', async (_, version, code) => {
    instance.halt();
    const pipeline = start('dash', [poller, SERVICE, ENVIRONMENT, version, artifactOf(version)], {
      BUILD_TAG: version,
    });
    await seen(() => pipeline.out).toContain('giving up means rolling back');

    for (const signal of ['SIGTERM', 'SIGKILL', 'SIGTERM'] as const) {
      await instance.restartApi(signal);
      instance.pass(10_000);
    }
    const { id } = await newest();
    expect((await instance.call.get(`/v1/deployments/${id}`)).body).toMatchObject({
      version,
      terminal: false,
    });
    instance.run();

    expect(await pipeline.ended, pipeline.errors).toBe(code);
    expect(pipeline.out).toBe((await newest()).log);
    if (code !== 0) expect(pipeline.errors).toContain(`${version} on shop/staging ended as rolled_back. `);
    expect((await newest()).id).toBe(id);
  });

  test('does not deploy twice when its step is tried again', async () => {
    const before = await newest();
    const again = start('dash', [poller, SERVICE, ENVIRONMENT, 'v3-broken', artifactOf('v3-broken')], {
      BUILD_TAG: 'v3-broken',
    });

    expect(await again.ended, again.errors).toBe(3);
    expect((await newest()).id).toBe(before.id);
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
    const refused = start('dash', [poller, SERVICE, ENVIRONMENT, ...args], env);

    expect(await refused.ended, refused.errors).toBe(code);
    expect(refused.errors).toContain(words);
    expect(refused.errors).not.toContain(TOKEN);
  });

  test('shows its token to nobody who looks at the processes', async () => {
    instance.halt();
    const waiting = start('dash', [poller, SERVICE, ENVIRONMENT, 'v4', artifactOf('v4')]);
    await seen(() => waiting.out).toContain('Deploying v4');

    const arguments_ = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    instance.run();

    expect(arguments_).toContain('beanpod-deploy.sh');
    expect(arguments_).not.toContain(TOKEN);
    expect(await waiting.ended).toBe(0);
  });
});

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: {
    readonly steps: readonly {
      readonly env: Readonly<Record<string, string>>;
      readonly run: string;
      readonly shell: string;
    }[];
  };
}

describe('the GitHub action', () => {
  const action = parse(read('github-action/action.yml')) as Action;
  const [step] = action.runs.steps;

  /** Runs the step of the action as the runner does: inputs by name, and the variables of a job. */
  function runStep(
    inputs: Readonly<Record<string, string>>,
    more: Readonly<Record<string, string>> = {},
  ): Watched {
    const env = Object.entries(step?.env ?? {}).map(([name, value]) => {
      const input = /^\$\{\{ inputs\.(\w+) \}\}$/.exec(value)?.[1] ?? expect.unreachable(value);
      return [name, inputs[input] ?? action.inputs[input]?.default ?? ''] as const;
    });
    return start('bash', ['-e', '-c', step?.run ?? ''], {
      ...Object.fromEntries(env),
      GITHUB_ACTION_PATH: path.join(clients, 'github-action'),
      GITHUB_OUTPUT: path.join(folder, 'output'),
      GITHUB_STEP_SUMMARY: path.join(folder, 'summary'),
      GITHUB_REPOSITORY: 'shop/api',
      GITHUB_RUN_ID: '7',
      GITHUB_RUN_ATTEMPT: '1',
      ...more,
    });
  }

  test('takes its inputs from the environment alone, never into its script', () => {
    expect(action.runs.steps).toHaveLength(1);
    expect(step?.run).not.toContain('${{');
    for (const [name, { value }] of Object.entries(action.outputs))
      expect(value).toBe(`\${{ steps.deploy.outputs.${name} }}`);
  });

  test('deploys, and says where, with log lines that are no commands of the runner', async () => {
    instance.run();
    const inputs = {
      url: instance.url,
      token: TOKEN,
      service: SERVICE,
      environment: ENVIRONMENT,
      version: 'v5',
      artifact: artifactOf('v5'),
    };

    const job = runStep(inputs);

    expect(await job.ended, job.out + job.errors).toBe(0);
    const { id, log } = await newest();
    const word = /^::stop-commands::(\w+)$/m.exec(job.out)?.[1] ?? '';
    expect(job.out.slice(job.out.indexOf(word), job.out.lastIndexOf(word))).toContain(log);
    expect(readFileSync(path.join(folder, 'output'), 'utf8')).toBe(
      `url=${instance.url}/v1/deployments/${id}\nid=${id}\n`,
    );
    expect(readFileSync(path.join(folder, 'summary'), 'utf8')).toContain('**shop** v5 on staging: succeeded');
  });

  test('without a token proves who it is by the identity of the job, anew for each call', async () => {
    const asked: string[] = [];
    const github = createServer((req, res) => {
      asked.push(`${req.headers.authorization} ${req.url}`);
      res.end(JSON.stringify({ count: 1, value: TOKEN }));
    }).listen(0, '127.0.0.1');
    const { port } = await new Promise<AddressInfo>((resolve) =>
      github.once('listening', () => resolve(github.address() as AddressInfo)),
    );
    const inputs = {
      url: instance.url,
      service: SERVICE,
      environment: ENVIRONMENT,
      version: 'v6',
      artifact: artifactOf('v6'),
    };

    const job = runStep(inputs, {
      BEANPOD_TOKEN: '',
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-job',
    });

    expect(await job.ended, job.out + job.errors).toBe(0);
    github.close();
    expect(asked.length).toBeGreaterThan(1);
    expect(new Set(asked)).toEqual(
      new Set([`bearer of-the-job /token?api-version=2.0&audience=${instance.url}`]),
    );
  });

  test('fails with an annotation that holds the reason', async () => {
    const inputs = {
      url: instance.url,
      token: TOKEN,
      service: SERVICE,
      environment: ENVIRONMENT,
      version: 'v7-broken',
      artifact: artifactOf('v7'),
    };

    const job = runStep(inputs);

    expect(await job.ended).toBe(3);
    expect(job.out).toMatch(
      /^::error title=shop v7-broken on staging, code 3::v7-broken on shop\/staging ended as rolled_back\. /m,
    );
  });

  test('says what is missing when there is neither token nor identity', async () => {
    const job = runStep({
      url: instance.url,
      token: '',
      service: SERVICE,
      environment: ENVIRONMENT,
      version: 'v8',
    });

    expect(await job.ended).toBe(7);
    expect(job.out).toContain('id-token write');
  });
});

describe('the Bitbucket pipe', () => {
  const pipe = parse(read('bitbucket-pipe/pipe.yml')) as {
    variables: readonly { name: string; default?: string }[];
  };

  test('deploys with its variables, and fails without those that have no default', async () => {
    const given = { SERVICE, ENVIRONMENT, VERSION: 'v8', IMAGE: imageOf('v8') };
    const defaults = pipe.variables.flatMap(({ name, default: value }) =>
      value === undefined ? [] : [[name, value]],
    );
    const needed = pipe.variables.filter(({ default: value }) => value === undefined).map(({ name }) => name);

    const job = start('sh', [path.join(clients, 'bitbucket-pipe/pipe.sh')], {
      ...Object.fromEntries(defaults),
      ...given,
    });

    expect(needed).toEqual(['BEANPOD_URL', 'BEANPOD_TOKEN', 'SERVICE', 'ENVIRONMENT']);
    expect(await job.ended, job.errors).toBe(0);
    expect((await newest()).version).toBe('v8');
    const bare = start('sh', [path.join(clients, 'bitbucket-pipe/pipe.sh')]);
    expect(await bare.ended).not.toBe(0);
    expect(bare.errors).toContain('SERVICE: is not set');
  });
});

describe('the GitLab component', () => {
  interface Job {
    readonly script: readonly string[];
    readonly variables: Readonly<Record<string, string>>;
    readonly id_tokens: unknown;
  }

  /** The job that the template makes of these inputs, with the defaults of the others. */
  function jobOf(inputs: Readonly<Record<string, string>>): Job {
    const [head, body = ''] = read('gitlab-component/templates/deploy.yml').split(/^---$/m);
    const { spec } = parse(head ?? '') as { spec: { inputs: Record<string, { default?: string }> } };
    const filled = body.replace(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name: string) => {
      const declared = spec.inputs[name] ?? expect.unreachable(`${name} is not declared`);
      return inputs[name] ?? declared.default ?? expect.unreachable(`${name} is missing`);
    });
    const [document] = parseAllDocuments(filled);
    const jobs = Object.values((document as { toJS(): Record<string, Job> }).toJS());
    return jobs[0] ?? expect.unreachable();
  }

  test('deploys what the pipeline builds, as the job proves who it is', async () => {
    const job = jobOf({
      url: instance.url,
      service: SERVICE,
      environment: ENVIRONMENT,
      'artifact-image': imageOf('v9'),
    });
    expect(job.id_tokens).toEqual({ BEANPOD_ID_TOKEN: { aud: instance.url } });

    // The runner joins the lines of a script and runs them in one shell that ends at the first failure.
    const run = start('sh', ['-e', '-c', job.script.join('\n')], {
      ...job.variables,
      BEANPOD_TOKEN: '',
      BEANPOD_ID_TOKEN: TOKEN,
      GITLAB_CI: 'true',
      CI_PROJECT_ID: '7',
      CI_PIPELINE_ID: '9',
      CI_JOB_NAME: 'deploy',
      CI_JOB_ID: '91',
      CI_COMMIT_SHA: 'abcdef0123456789',
      CI_COMMIT_TAG: 'v9',
    });

    expect(await run.ended, run.errors).toBe(0);
    expect(await newest()).toMatchObject({ version: 'v9' });
  });

  test('fails with the exit code of the command line', async () => {
    const job = jobOf({ url: instance.url, service: SERVICE, environment: ENVIRONMENT, version: 'v99' });

    const run = start('sh', ['-e', '-c', job.script.join('\n')], { ...job.variables, BEANPOD_ID_TOKEN: '' });

    expect([await run.ended, run.errors]).toEqual([2, textWith('is not registered')]);
  });
});

describe('the library for Jenkins', () => {
  test('runs the poller by a shell step that works with the variables it sets', async () => {
    const source = read('jenkins/vars/beanpodDeploy.groovy');
    const script = /script: '''([\s\S]*?)'''/.exec(source)?.[1] ?? '';
    const set = [...source.matchAll(/"(BEANPOD_\w+)=/g)].map(([, name]) => name);
    writeFileSync(
      path.join(folder, '.beanpod-deploy.sh'),
      read('jenkins/resources/beanpod/beanpod-deploy.sh'),
    );

    const run = start('sh', ['-xe', '-c', script], {
      BEANPOD_KEY: 'jenkins-shop-1',
      BEANPOD_TIMEOUT: '600',
      BEANPOD_SERVICE: SERVICE,
      BEANPOD_ENVIRONMENT: ENVIRONMENT,
      BEANPOD_VERSION: 'v10',
      BEANPOD_ARTIFACT: artifactOf('v10'),
    });

    expect(await run.ended, run.errors).toBe(0);
    expect(await newest()).toMatchObject({ version: 'v10', log: run.out });
    for (const [, name] of script.matchAll(/\$\{?(BEANPOD_\w+)/g)) expect(set).toContain(name);
  });
});

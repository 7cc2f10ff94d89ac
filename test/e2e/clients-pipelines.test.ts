import { createServer } from 'node:http';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { textWith } from '../support/caller.js';
import type { Watched } from '../support/child.js';
import { CLIENTS, imageOf, readClient, useCiMachine } from '../support/ci-machine.js';
import { ENVIRONMENT, SERVICE, TOKEN } from '../support/live-instance.js';

const machine = useCiMachine();
beforeAll(async () => {
  await machine.start();
  machine.instance.run();
}, 120_000);
afterAll(() => machine.stop());

const artifactOf = (version: string) => JSON.stringify({ type: 'image', image: imageOf(version) });

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
  const action = parse(readClient('github-action/action.yml')) as Action;
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
    return machine.run('bash', ['-e', '-c', step?.run ?? ''], {
      ...Object.fromEntries(env),
      GITHUB_ACTION_PATH: path.join(CLIENTS, 'github-action'),
      GITHUB_OUTPUT: path.join(machine.folder, 'output'),
      GITHUB_STEP_SUMMARY: path.join(machine.folder, 'summary'),
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
    const inputs = {
      url: machine.instance.url,
      token: TOKEN,
      service: SERVICE,
      environment: ENVIRONMENT,
      version: 'v5',
      artifact: artifactOf('v5'),
    };

    const job = runStep(inputs);

    expect(await job.ended, job.out + job.errors).toBe(0);
    const { id, log } = await machine.newest();
    const word = /^::stop-commands::(\w+)$/m.exec(job.out)?.[1] ?? '';
    expect(job.out.slice(job.out.indexOf(word), job.out.lastIndexOf(word))).toContain(log);
    expect(readFileSync(path.join(machine.folder, 'output'), 'utf8')).toBe(
      `url=${machine.instance.url}/v1/deployments/${id}\nid=${id}\n`,
    );
    expect(readFileSync(path.join(machine.folder, 'summary'), 'utf8')).toContain(
      '**shop** v5 on staging: succeeded',
    );
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
      url: machine.instance.url,
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
      new Set([`bearer of-the-job /token?api-version=2.0&audience=${machine.instance.url}`]),
    );
  });

  test('fails with an annotation that holds the reason', async () => {
    const inputs = {
      url: machine.instance.url,
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
      url: machine.instance.url,
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
  const pipe = parse(readClient('bitbucket-pipe/pipe.yml')) as {
    variables: readonly { name: string; default?: string }[];
  };

  test('deploys with its variables, and fails without those that have no default', async () => {
    const given = { SERVICE, ENVIRONMENT, VERSION: 'v8', IMAGE: imageOf('v8') };
    const defaults: Record<string, string> = {};
    for (const { name, default: value } of pipe.variables) if (value !== undefined) defaults[name] = value;
    const needed = pipe.variables.filter(({ default: value }) => value === undefined).map(({ name }) => name);

    const job = machine.run('sh', [path.join(CLIENTS, 'bitbucket-pipe/pipe.sh')], {
      ...defaults,
      ...given,
      BEANPOD_TOKEN: TOKEN,
    });

    expect(needed).toEqual(['BEANPOD_URL', 'SERVICE', 'ENVIRONMENT']);
    expect(await job.ended, job.errors).toBe(0);
    expect((await machine.newest()).version).toBe('v8');
    const bare = machine.run('sh', [path.join(CLIENTS, 'bitbucket-pipe/pipe.sh')]);
    expect(await bare.ended).not.toBe(0);
    expect(bare.errors).toContain('SERVICE: is not set');
  });

  test('without a token takes the identity of the step, and says what is missing without that', async () => {
    const given = { SERVICE, ENVIRONMENT, VERSION: 'v8', BEANPOD_TOKEN: '' };
    const pipeline = (more: Readonly<Record<string, string>>) =>
      machine.run('sh', [path.join(CLIENTS, 'bitbucket-pipe/pipe.sh')], { ...given, ...more });

    const proven = pipeline({ BITBUCKET_STEP_OIDC_TOKEN: TOKEN, IMAGE: imageOf('v8') });
    const nobody = pipeline({});

    expect(await proven.ended, proven.errors).toBe(0);
    expect(await nobody.ended).not.toBe(0);
    expect(nobody.errors).toContain('give the step oidc, or set BEANPOD_TOKEN');
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
    const [head, body = ''] = readClient('gitlab-component/templates/deploy.yml').split(/^---$/m);
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
      url: machine.instance.url,
      service: SERVICE,
      environment: ENVIRONMENT,
      'artifact-image': imageOf('v9'),
    });
    expect(job.id_tokens).toEqual({ BEANPOD_ID_TOKEN: { aud: machine.instance.url } });

    // The runner joins the lines of a script and runs them in one shell that ends at the first failure.
    const run = machine.run('sh', ['-e', '-c', job.script.join('\n')], {
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
    expect(await machine.newest()).toMatchObject({ version: 'v9' });
  });

  test('fails with the exit code of the command line', async () => {
    const job = jobOf({
      url: machine.instance.url,
      service: SERVICE,
      environment: ENVIRONMENT,
      version: 'v99',
    });

    const run = machine.run('sh', ['-e', '-c', job.script.join('\n')], {
      ...job.variables,
      BEANPOD_ID_TOKEN: '',
    });

    expect([await run.ended, run.errors]).toEqual([2, textWith('is not registered')]);
  });
});

describe('the library for Jenkins', () => {
  test('runs the poller by a shell step that works with the variables it sets', async () => {
    const source = readClient('jenkins/vars/beanpodDeploy.groovy');
    const script = /script: '''([\s\S]*?)'''/.exec(source)?.[1] ?? '';
    const set = [...source.matchAll(/"(BEANPOD_\w+)=/g)].map(([, name]) => name);
    writeFileSync(
      path.join(machine.folder, '.beanpod-deploy.sh'),
      readClient('jenkins/resources/beanpod/beanpod-deploy.sh'),
    );

    const run = machine.run('sh', ['-xe', '-c', script], {
      BEANPOD_KEY: 'jenkins-shop-1',
      BEANPOD_TIMEOUT: '600',
      BEANPOD_SERVICE: SERVICE,
      BEANPOD_ENVIRONMENT: ENVIRONMENT,
      BEANPOD_VERSION: 'v10',
      BEANPOD_ARTIFACT: artifactOf('v10'),
    });

    expect(await run.ended, run.errors).toBe(0);
    expect(await machine.newest()).toMatchObject({ version: 'v10', log: run.out });
    for (const [, name] of script.matchAll(/\$\{?(BEANPOD_\w+)/g)) expect(set).toContain(name);
  });
});

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textWith } from '../support/caller.js';
import { watchProgram, type Watched } from '../support/child.js';
import { freePort } from '../support/redis.js';
import { ENVIRONMENT, SERVICE, startLiveInstance, type LiveInstance } from '../support/live-instance.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'beanpod-cli-'));

let instance: LiveInstance;
beforeAll(async () => {
  execFileSync(process.execPath, ['scripts/build-cli.mjs', folder], { cwd: root });
  instance = await startLiveInstance();
}, 120_000);
afterAll(async () => {
  await instance?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The bundle, alone in a folder, with the environment of a pipeline. */
function beanpod(...args: readonly string[]): Watched {
  return beanpodIn({}, ...args);
}

function beanpodIn(env: Readonly<Record<string, string>>, ...args: readonly string[]): Watched {
  return watchProgram(process.execPath, [path.join(folder, 'beanpod.mjs'), ...args], {
    ...instance.env,
    HOME: folder,
    ...env,
  });
}

async function done(program: Watched): Promise<{ code: number; out: string; errors: string }> {
  const code = await program.ended;
  return { code, out: program.out, errors: program.errors };
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

describe('beanpod', () => {
  test('apply shows differences, writes them, and is quiet when nothing differs', async () => {
    const file = path.join(folder, 'beanpod.yaml');
    const target = (region: string) => `
services: { web: { description: The web shop } }
environments: { preview: {} }
targets:
  web:
    preview:
      provider: elastic-beanstalk
      spec:
        application: web
        environment: web-preview
        region: ${region}
`;
    writeFileSync(file, target('eu-central-1'));

    const dry = await done(beanpod('apply', '-f', file, '--dry-run'));
    const missing = await instance.call.get('/v1/targets/web/preview');
    const first = await done(beanpod('apply', '-f', file));
    const second = await done(beanpod('apply', '-f', file));
    writeFileSync(file, target('nowhere'));
    const refused = await done(beanpod('apply', '-f', file));

    expect([dry.code, dry.out]).toEqual([0, textWith('+  region: eu-central-1')]);
    expect(dry.out).toContain('Would change 3 of 3');
    expect(missing.status).toBe(404);
    expect([first.code, first.out]).toEqual([0, textWith('Changed 3 of 3')]);
    expect([second.code, second.out]).toEqual([0, 'Changed 0 of 3; 3 as wanted already\n']);
    expect([refused.code, refused.errors]).toEqual([2, textWith(`${file}:11 /spec/region`)]);
    expect(refused.out).toContain('-  region: eu-central-1');
  });

  test('registers versions, deploys one by its name, and tells its history', async () => {
    instance.run();
    const added = await done(
      beanpod('versions', 'add', SERVICE, 'v4', '--image', image('v4'), '--commit', 'abcdef0123'),
    );
    const listed = await done(beanpod('versions', 'list', SERVICE, '--search', 'abcdef0'));
    const planned = await done(beanpod('diff', SERVICE, ENVIRONMENT, 'v4'));
    const deployed = await done(
      beanpod('-o', 'json', 'deploy', SERVICE, ENVIRONMENT, 'v4', '--wait', '--quiet'),
    );
    const history = await done(beanpod('history', `${SERVICE}/${ENVIRONMENT}`, '-n', '1'));
    const status = await done(beanpod('status', `${SERVICE}/${ENVIRONMENT}`));
    const logs = await done(beanpod('logs', `${SERVICE}/${ENVIRONMENT}`, '-f'));

    expect([added.code, added.out]).toEqual([0, 'v4 of shop registered\n']);
    expect(listed.out).toMatch(/^v4 .*abcdef0123/m);
    expect([planned.code, planned.out]).toEqual([0, textWith('Runs now:')]);
    expect(deployed.code, deployed.errors).toBe(0);
    const view = JSON.parse(deployed.out) as { id: string; state: string };
    expect(view.state).toBe('succeeded');
    expect(history.out).toMatch(new RegExp(`shop/staging +v4 +deploy +succeeded .*${view.id}`));
    expect(status.out).toContain('succeeded: v4 on shop/staging');
    expect(logs.out.trimEnd().split('\n')).toEqual(await logOf(view.id));
  });

  test('rolls back to what ran before, and does it again', async () => {
    instance.run();
    const back = await done(
      beanpod('rollback', 'shop/staging', '--reason', 'Customers cannot pay', '--wait', '-q'),
    );
    const again = await done(beanpod('redeploy', 'shop/staging', '--wait', '--quiet'));

    expect([back.code, back.out]).toEqual([0, textWith('succeeded: v2 on shop/staging')]);
    expect([again.code, again.out]).toEqual([0, textWith('succeeded: v2 on shop/staging')]);
    const { items } = (await instance.call.get('/v1/deployments?limit=2')).body;
    expect(items.map((each) => (each as unknown as { kind: string }).kind)).toEqual(['redeploy', 'rollback']);
  });

  test('makes one deployment of every try of a CI run, and a new one when a run that failed is run again', async () => {
    instance.run();
    const run = (attempt: string) =>
      done(
        beanpodIn(
          {
            GITHUB_ACTIONS: 'true',
            GITHUB_SERVER_URL: 'https://github.com',
            GITHUB_REPOSITORY: 'shop/api',
            GITHUB_RUN_ID: '118',
            GITHUB_RUN_ATTEMPT: attempt,
            GITHUB_SHA: 'abcdef0123456789',
            GITHUB_OUTPUT: path.join(folder, 'outputs'),
            GITHUB_STEP_SUMMARY: path.join(folder, 'summary'),
          },
          'deploy',
          SERVICE,
          ENVIRONMENT,
          'v5-broken',
          '--image',
          image('v5'),
          '--wait',
          '--retry',
          'once more',
        ),
      );

    const [first, retried, again] = [await run('1'), await run('1'), await run('2')];

    expect([first, retried, again].map(({ code }) => code)).toEqual([3, 3, 3]);
    const [one, two, three] = readFileSync(path.join(folder, 'outputs'), 'utf8').match(/^id=.+$/gm) ?? [];
    expect(two).toBe(one);
    expect(three).not.toBe(one);
    expect(first.out).toContain('::error title=shop/staging v5-broken rolled_back::');
    expect(readFileSync(path.join(folder, 'summary'), 'utf8')).toContain(
      '| shop | staging | v5-broken | **rolled_back** |',
    );
    const id = one?.slice(3) ?? '';
    expect((await instance.call.get(`/v1/deployments/${id}`)).body).toMatchObject({
      commit: 'abcdef0123456789',
      ci: { name: 'github', url: 'https://github.com/shop/api/actions/runs/118' },
    });
  });

  test('leaves a deployment alone when its time is up or it is interrupted, and stops it when told to', async () => {
    instance.halt();
    const late = await done(
      beanpod('deploy', SERVICE, ENVIRONMENT, 'v6', '--image', image('v6'), '--wait', '--timeout', '1s'),
    );
    const left = beanpod('wait', 'shop/staging');
    await seen(() => left.out).toContain('Deploying v6');
    left.kill('SIGINT');
    const gone = await done(left);
    const state = (await done(beanpod('-o', 'json', 'status', 'shop/staging'))).out;

    expect([late.code, late.errors]).toEqual([124, textWith('The time is up')]);
    expect([gone.code, gone.errors]).toEqual([130, textWith('goes on; see it with: beanpod wait')]);
    expect(JSON.parse(state)).toMatchObject({ version: 'v6', terminal: false });

    const stopping = beanpod('wait', 'shop/staging', '--cancel-on-interrupt');
    await seen(() => stopping.out).toContain('Deploying v6');
    stopping.kill('SIGTERM');
    const stopped = await done(stopping);
    instance.run();
    const end = await done(beanpod('wait', 'shop/staging'));

    expect([stopped.code, stopped.errors]).toEqual([130, textWith('what was written is rolled back')]);
    expect([end.code, end.out]).toEqual([3, textWith('rolled_back: v6')]);
  });

  test('cancels what has not written anything', async () => {
    instance.run();
    await done(
      beanpod(
        'deploy',
        SERVICE,
        ENVIRONMENT,
        'v7',
        '--image',
        image('v7'),
        '--not-before',
        '2099-01-01T00:00:00Z',
      ),
    );
    const status = await done(beanpod('status', 'shop/staging'));
    const cancelled = await done(beanpod('cancel', 'shop/staging', '--reason', 'Wrong version'));
    const end = await done(beanpod('wait', 'shop/staging'));

    expect(status.out).toContain('not before 2099');
    expect([cancelled.code, end.code]).toEqual([0, 6]);
    expect(end.out).toContain('Wrong version');
  });

  test('ends with 5 at a locked target for whoever does not want to wait', async () => {
    const locked = await done(beanpod('lock', 'shop/staging', '--reason', 'Migration', '--for', '1h'));
    const refused = await done(
      beanpod('deploy', SERVICE, ENVIRONMENT, 'v8', '--image', image('v8'), '--no-queue'),
    );
    const unlocked = await done(beanpod('unlock', 'shop/staging'));

    expect([locked.code, unlocked.code]).toEqual([0, 0]);
    expect([refused.code, refused.errors]).toEqual([5, textWith('Migration')]);
  });

  test('makes tokens, says who one is, and ends with 7 once it is removed', async () => {
    const created = await done(beanpod('token', 'create', 'pipeline', '--role', 'view', '--days', '1'));
    const env = { BEANPOD_TOKEN: created.out.trim() };
    const known = await done(beanpodIn(env, 'whoami'));
    const mayNot = await done(beanpodIn(env, 'deploy', SERVICE, ENVIRONMENT, 'v9', '--image', image('v9')));
    const { id } = (
      JSON.parse((await done(beanpod('-o', 'json', 'token', 'list'))).out) as { id: string; name: string }[]
    ).find(({ name }) => name === 'pipeline') ?? { id: '' };
    await done(beanpod('token', 'remove', id));
    const removed = await done(beanpodIn(env, 'whoami'));

    expect(created.code, created.errors).toBe(0);
    expect([known.code, known.out]).toEqual([0, textWith('everywhere: view')]);
    expect([mayNot.code, removed.code]).toEqual([7, 7]);
    expect(removed.errors).not.toContain(env.BEANPOD_TOKEN);
  });

  test('draws the steps over each other on a terminal, and leaves how it ended', async (context) => {
    context.skip(!existsSync('/usr/bin/script'), 'needs script of util-linux for a terminal');
    instance.run();
    const command = `'${process.execPath}' '${path.join(folder, 'beanpod.mjs')}' deploy shop staging v9 --image '${image('v9')}' --wait`;

    const terminal = await done(
      watchProgram('script', ['-qefc', command, '/dev/null'], {
        ...instance.env,
        TERM: 'xterm-256color',
        SHELL: '/bin/sh',
      }),
    );

    expect(terminal.code, terminal.out).toBe(0);
    const text = stripVTControlCharacters(terminal.out);
    expect(terminal.out).toContain('A\u001B[0J');
    expect(text).toMatch(/✔ .*\r\n.*● /);
    expect(text.trimEnd().split('\r\n').at(-1)).toMatch(/^succeeded: v9 on shop\/staging, deployment \d+ /);
    if (process.env['TEST_SCREEN']) writeFileSync(process.env['TEST_SCREEN'], terminal.out);
  });

  test('completes names that only the API knows, in a real bash', async () => {
    const script = (await done(beanpod('completion', 'bash'))).out;
    const wrapper = path.join(folder, 'beanpod');
    writeFileSync(
      wrapper,
      `#!/bin/sh\nexec '${process.execPath}' '${path.join(folder, 'beanpod.mjs')}' "$@"\n`,
      { mode: 0o755 },
    );
    const press = (words: string) =>
      `COMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); COMPREPLY=(); _beanpod; echo "\${COMPREPLY[*]}"`;
    const bash = watchProgram(
      'bash',
      [
        '-c',
        [script, press('beanpod roll'), press('beanpod deploy sh'), press('beanpod deploy shop st')].join(
          '\n',
        ),
      ],
      { ...instance.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` },
    );

    expect(await done(bash)).toMatchObject({ code: 0, out: 'rollback\nshop\nstaging\n' });
  });

  test('ends with 2 for a wrong call and with 8 for an API that is not there', async () => {
    const usage = await done(beanpod('deploy', SERVICE));
    const invalid = await done(beanpod('deploy', SERVICE, ENVIRONMENT, 'not a version', '--image', 'x y'));
    const unknown = await done(beanpod('status', 'shop/nowhere'));
    const away = await done(beanpodIn({ BEANPOD_URL: `http://127.0.0.1:${await freePort()}` }, 'history'));

    expect([usage.code, invalid.code, unknown.code, away.code]).toEqual([2, 2, 2, 8]);
    expect(invalid.errors).toMatch(/\/version .*\n.*\/artifact\/image/s);
    expect(away.errors).toContain('ECONNREFUSED');
  });
});

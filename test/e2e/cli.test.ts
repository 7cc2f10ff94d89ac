import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textWith } from '../support/caller.js';
import { outcomeOf, type Watched } from '../support/child.js';
import { imageOf, useCiMachine } from '../support/ci-machine.js';
import { ENVIRONMENT, SERVICE } from '../support/live-instance.js';
import { freePort } from '../support/redis.js';

const machine = useCiMachine();
// What ran before the first test: v1 of the cloud, then v2 by Beanpod.
beforeAll(async () => {
  await machine.start();
  machine.instance.run();
  const first = await outcomeOf(
    beanpod('deploy', SERVICE, ENVIRONMENT, 'v2', '--image', imageOf('v2'), '--wait'),
  );
  expect(first.code, first.errors).toBe(0);
}, 180_000);
afterAll(() => machine.stop());

function beanpod(...args: readonly string[]): Watched {
  return machine.run('beanpod', args);
}

function beanpodIn(env: Readonly<Record<string, string>>, ...args: readonly string[]): Watched {
  return machine.run('beanpod', args, env);
}

const seen = (text: () => string) => expect.poll(text, { timeout: 60_000 });

describe('beanpod', () => {
  test('apply shows differences, writes them, and is quiet when nothing differs', async () => {
    const file = path.join(machine.folder, 'beanpod.yaml');
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

    const dry = await outcomeOf(beanpod('apply', '-f', file, '--dry-run'));
    const missing = await machine.instance.call.get('/v1/targets/web/preview');
    const first = await outcomeOf(beanpod('apply', '-f', file));
    const second = await outcomeOf(beanpod('apply', '-f', file));
    writeFileSync(file, target('nowhere'));
    const refused = await outcomeOf(beanpod('apply', '-f', file));

    expect([dry.code, dry.out]).toEqual([0, textWith('+  region: eu-central-1')]);
    expect(dry.out).toContain('Would change 3 of 3');
    expect(missing.status).toBe(404);
    expect([first.code, first.out]).toEqual([0, textWith('Changed 3 of 3')]);
    expect([second.code, second.out]).toEqual([0, 'Changed 0 of 3; 3 as wanted already\n']);
    expect([refused.code, refused.errors]).toEqual([2, textWith(`${file}:11 /spec/region`)]);
    expect(refused.out).toContain('-  region: eu-central-1');
  });

  test('registers versions, deploys one by its name, and tells its history', async () => {
    machine.instance.run();
    const added = await outcomeOf(
      beanpod('versions', 'add', SERVICE, 'v4', '--image', imageOf('v4'), '--commit', 'abcdef0123'),
    );
    const listed = await outcomeOf(beanpod('versions', 'list', SERVICE, '--search', 'abcdef0'));
    const planned = await outcomeOf(beanpod('diff', SERVICE, ENVIRONMENT, 'v4'));
    const deployed = await outcomeOf(
      beanpod('-o', 'json', 'deploy', SERVICE, ENVIRONMENT, 'v4', '--wait', '--quiet'),
    );
    const history = await outcomeOf(beanpod('history', `${SERVICE}/${ENVIRONMENT}`, '-n', '1'));
    const status = await outcomeOf(beanpod('status', `${SERVICE}/${ENVIRONMENT}`));
    const logs = await outcomeOf(beanpod('logs', `${SERVICE}/${ENVIRONMENT}`, '-f'));

    expect([added.code, added.out]).toEqual([0, 'v4 of shop registered\n']);
    expect(listed.out).toMatch(/^v4 .*abcdef0123/m);
    expect([planned.code, planned.out]).toEqual([0, textWith('Runs now:')]);
    expect(deployed.code, deployed.errors).toBe(0);
    const view = JSON.parse(deployed.out) as { id: string; state: string };
    expect(view.state).toBe('succeeded');
    expect(history.out).toMatch(new RegExp(`shop/staging +v4 +deploy +succeeded .*${view.id}`));
    expect(status.out).toContain('succeeded: v4 on shop/staging');
    expect(logs.out.trimEnd().split('\n')).toEqual(
      (await machine.newest()).log
        .trimEnd()
        .split('\n')
        .map((line) => line.trimEnd()),
    );
  });

  test('rolls back to what ran before, once however often its step is tried, and deploys that again', async () => {
    machine.instance.run();
    const run = { JENKINS_URL: 'https://ci.example.com/', BUILD_TAG: 'jenkins-shop-7' };
    const rollback = ['rollback', 'shop/staging', '--reason', 'Customers cannot pay', '--wait', '--quiet'];

    const back = await outcomeOf(beanpodIn(run, ...rollback));
    const tried = await outcomeOf(beanpodIn(run, ...rollback));
    const again = await outcomeOf(beanpod('redeploy', 'shop/staging', '--wait', '--quiet'));

    expect([back.code, back.out]).toEqual([0, textWith('succeeded: v2 on shop/staging')]);
    expect([tried.code, tried.errors]).toEqual([2, textWith('The idempotency key was used')]);
    expect([again.code, again.out]).toEqual([0, textWith('succeeded: v2 on shop/staging')]);
    const { out } = await outcomeOf(beanpod('history', 'shop/staging', '-n', '3'));
    expect(
      out
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((row) => row.split(/ +/)[3]),
    ).toEqual(['redeploy', 'rollback', 'deploy']);
  });

  test('makes one deployment of every try of a CI run, and a new one when a run that failed is run again', async () => {
    machine.instance.run();
    const run = (attempt: string) =>
      outcomeOf(
        beanpodIn(
          {
            GITHUB_ACTIONS: 'true',
            GITHUB_SERVER_URL: 'https://github.com',
            GITHUB_REPOSITORY: 'shop/api',
            GITHUB_RUN_ID: '118',
            GITHUB_RUN_ATTEMPT: attempt,
            GITHUB_SHA: 'abcdef0123456789',
            GITHUB_OUTPUT: path.join(machine.folder, 'outputs'),
            GITHUB_STEP_SUMMARY: path.join(machine.folder, 'summary'),
          },
          'deploy',
          SERVICE,
          ENVIRONMENT,
          'v5-broken',
          '--image',
          imageOf('v5'),
          '--wait',
          '--retry',
          'once more',
        ),
      );

    const [first, retried, again] = [await run('1'), await run('1'), await run('2')];

    expect([first, retried, again].map(({ code }) => code)).toEqual([3, 3, 3]);
    const [one, two, three] =
      readFileSync(path.join(machine.folder, 'outputs'), 'utf8').match(/^id=.+$/gm) ?? [];
    expect(two).toBe(one);
    expect(three).not.toBe(one);
    expect(first.out).toContain('::error title=shop/staging v5-broken rolled_back::');
    expect(readFileSync(path.join(machine.folder, 'summary'), 'utf8')).toContain(
      '| shop | staging | v5-broken | **rolled_back** |',
    );
    const id = one?.slice(3) ?? '';
    expect((await machine.instance.call.get(`/v1/deployments/${id}`)).body).toMatchObject({
      commit: 'abcdef0123456789',
      ci: { name: 'github', url: 'https://github.com/shop/api/actions/runs/118' },
    });
  });

  test('leaves a deployment alone when its time is up or it is interrupted, and stops it when told to', async () => {
    machine.instance.halt();
    const late = await outcomeOf(
      beanpod('deploy', SERVICE, ENVIRONMENT, 'v6', '--image', imageOf('v6'), '--wait', '--timeout', '1s'),
    );
    const left = beanpod('wait', 'shop/staging');
    await seen(() => left.out).toContain('Deploying v6');
    left.kill('SIGINT');
    const gone = await outcomeOf(left);
    const state = (await outcomeOf(beanpod('-o', 'json', 'status', 'shop/staging'))).out;

    expect([late.code, late.errors]).toEqual([124, textWith('The time is up')]);
    expect([gone.code, gone.errors]).toEqual([130, textWith('goes on; see it with: beanpod wait')]);
    expect(JSON.parse(state)).toMatchObject({ version: 'v6', terminal: false });

    const stopping = beanpod('wait', 'shop/staging', '--cancel-on-interrupt');
    await seen(() => stopping.out).toContain('Deploying v6');
    stopping.kill('SIGTERM');
    const stopped = await outcomeOf(stopping);
    machine.instance.run();
    const end = await outcomeOf(beanpod('wait', 'shop/staging'));

    expect([stopped.code, stopped.errors]).toEqual([130, textWith('what was written is rolled back')]);
    expect([end.code, end.out]).toEqual([3, textWith('rolled_back: v6')]);
  });

  test('cancels what has not written anything', async () => {
    machine.instance.run();
    await outcomeOf(
      beanpod(
        'deploy',
        SERVICE,
        ENVIRONMENT,
        'v7',
        '--image',
        imageOf('v7'),
        '--not-before',
        '2099-01-01T00:00:00Z',
      ),
    );
    const status = await outcomeOf(beanpod('status', 'shop/staging'));
    const cancelled = await outcomeOf(beanpod('cancel', 'shop/staging', '--reason', 'Wrong version'));
    const end = await outcomeOf(beanpod('wait', 'shop/staging'));

    expect(status.out).toContain('not before 2099');
    expect([cancelled.code, end.code]).toEqual([0, 6]);
    expect(end.out).toContain('Wrong version');
  });

  test('ends with 5 at a locked target for whoever does not want to wait', async () => {
    const locked = await outcomeOf(beanpod('lock', 'shop/staging', '--reason', 'Migration', '--for', '1h'));
    const refused = await outcomeOf(
      beanpod('deploy', SERVICE, ENVIRONMENT, 'v8', '--image', imageOf('v8'), '--no-queue'),
    );
    const unlocked = await outcomeOf(beanpod('unlock', 'shop/staging'));

    expect([locked.code, unlocked.code]).toEqual([0, 0]);
    expect([refused.code, refused.errors]).toEqual([5, textWith('Migration')]);
  });

  test('makes tokens, says who one is, and ends with 7 once it is removed', async () => {
    const created = await outcomeOf(beanpod('token', 'create', 'pipeline', '--role', 'view', '--days', '1'));
    const env = { BEANPOD_TOKEN: created.out.trim() };
    const known = await outcomeOf(beanpodIn(env, 'whoami'));
    const mayNot = await outcomeOf(
      beanpodIn(env, 'deploy', SERVICE, ENVIRONMENT, 'v9', '--image', imageOf('v9')),
    );
    const { id } = (
      JSON.parse((await outcomeOf(beanpod('-o', 'json', 'token', 'list'))).out) as {
        id: string;
        name: string;
      }[]
    ).find(({ name }) => name === 'pipeline') ?? { id: '' };
    await outcomeOf(beanpod('token', 'remove', id));
    const removed = await outcomeOf(beanpodIn(env, 'whoami'));

    expect(created.code, created.errors).toBe(0);
    expect([known.code, known.out]).toEqual([0, textWith('everywhere: view')]);
    expect([mayNot.code, removed.code]).toEqual([7, 7]);
    expect(removed.errors).not.toContain(env.BEANPOD_TOKEN);
  });

  test('draws the steps over each other on a terminal, and leaves how it ended', async (context) => {
    context.skip(!existsSync('/usr/bin/script'), 'needs script of util-linux for a terminal');
    machine.instance.run();
    const command = `beanpod deploy shop staging v9 --image '${imageOf('v9')}' --wait`;

    const terminal = await outcomeOf(
      machine.run('script', ['-qefc', command, '/dev/null'], { TERM: 'xterm-256color', SHELL: '/bin/sh' }),
    );

    expect(terminal.code, terminal.out).toBe(0);
    const text = stripVTControlCharacters(terminal.out);
    expect(terminal.out).toContain('A\u001B[0J');
    expect(text).toMatch(/✔ .*\r\n.*● /);
    expect(text.trimEnd().split('\r\n').at(-1)).toMatch(/^succeeded: v9 on shop\/staging, deployment \d+ /);
    if (process.env['TEST_SCREEN']) writeFileSync(process.env['TEST_SCREEN'], terminal.out);
  });

  test('completes names that only the API knows, in a real bash', async () => {
    const script = (await outcomeOf(beanpod('completion', 'bash'))).out;
    const press = (words: string) =>
      `COMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); COMPREPLY=(); _beanpod; echo "\${COMPREPLY[*]}"`;
    const words = ['beanpod roll', 'beanpod deploy sh', 'beanpod deploy shop st'];
    const bash = machine.run('bash', ['-c', [script, ...words.map(press)].join('\n')]);

    expect(await outcomeOf(bash)).toMatchObject({ code: 0, out: 'rollback\nshop\nstaging\n' });
  });

  test('ends with 2 for a wrong call and with 8 for an API that is not there', async () => {
    const usage = await outcomeOf(beanpod('deploy', SERVICE));
    const invalid = await outcomeOf(
      beanpod('deploy', SERVICE, ENVIRONMENT, 'not a version', '--image', 'x y'),
    );
    const unknown = await outcomeOf(beanpod('status', 'shop/nowhere'));
    const away = await outcomeOf(
      beanpodIn({ BEANPOD_URL: `http://127.0.0.1:${await freePort()}` }, 'history'),
    );

    expect([usage.code, invalid.code, unknown.code, away.code]).toEqual([2, 2, 2, 8]);
    expect(invalid.errors).toMatch(/\/version .*\n.*\/artifact\/image/s);
    expect(away.errors).toContain('ECONNREFUSED');
  });
});

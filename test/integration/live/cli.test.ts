import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLiveCluster, type LiveCluster } from '../../support/live-cluster.js';

let world: LiveCluster;
let pod = '';
beforeAll(async () => {
  world = await startLiveCluster();
  await world.startWorker();
  await world.run('shop-api');
  pod = (await world.pods(1))[0]?.name ?? '';
  await world.api
    .call()
    .put('/v1/environments/staging')
    .send({ live: { exec: true } });
});
afterAll(() => world.close());

/** Runs a program in a terminal of its own; part of util-linux. */
const hasScript = existsSync('/usr/bin/script');

/** The command line as a process of its own. */
function beanpod(...args: string[]) {
  return run(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args]);
}

function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], BEANPOD_URL: world.api.url, BEANPOD_TOKEN: world.api.token, ...env },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, said: () => said, ended };
}

const poll = (look: () => string) => expect.poll(look, { timeout: 40_000 });

test('tail shows lines as they come, by pod, and ends with Ctrl-C', async () => {
  const tail = beanpod('tail', 'shop-api/staging');
  await world.control.writeLog({ namespace: 'shop', pod, container: 'app', lines: ['first line'] });
  await poll(tail.said).toContain(`${pod} app first line`);
  const lines = ['second \u001b[31mline\u001b[0m'];
  await world.control.writeLog({ namespace: 'shop', pod, container: 'app', lines });
  await poll(tail.said).toContain(`${pod} app second line`);
  tail.child.kill('SIGINT');

  expect(await tail.ended).toBe(130);
  expect(tail.said().match(/first line/g)).toHaveLength(1);
});

test.skipIf(!hasScript)('tail shows the colours of lines on a terminal', async () => {
  const program = `${process.execPath} --import tsx src/cli/main.ts tail shop-api/staging`;
  const tail = run('script', ['-qec', program, '/dev/null'], { TERM: 'xterm-256color' });
  await poll(tail.said).toContain(' second \u001b[31mline\u001b[0m');
  tail.child.stdin.write('\u0003');

  expect(await tail.ended).toBe(130);
});

test('pods lists what runs', async () => {
  const pods = beanpod('pods', 'shop-api/staging');

  expect(await pods.ended).toBe(0);
  expect(pods.said()).toMatch(new RegExp(`${pod}\\s+yes\\s+Running\\s+0`));
});

test('exec is a shell whose end is the end of the command', async () => {
  const good = beanpod('exec', 'shop-api/staging', '--reason', 'A test');
  good.child.stdin.end('hostname\nexit 0\n');
  const bad = beanpod('exec', 'shop-api/staging', '--pod', pod);
  bad.child.stdin.end('exit 3\n');
  const none = beanpod('exec', 'shop-api/staging', '--pod', 'nothing-here');

  expect([await good.ended, await bad.ended, await none.ended]).toEqual([0, 1, 2]);
  expect(good.said()).toContain(pod);
  expect(bad.said()).toContain('The shell ended with 3');
  expect(none.said()).toContain('has no pod nothing-here');
});

test('restart, scale, pause, resume and evict wait for the end, and operations lists them with their reasons', async () => {
  const target = 'shop-api/staging';
  const why = ['--reason', 'A test'];
  const preview = beanpod('scale', target, '2', '--dry-run', ...why);
  const scaled = beanpod('scale', target, '2', ...why);
  await scaled.ended;
  const paused = beanpod('pause', target, ...why);
  await paused.ended;
  const refused = beanpod('restart', target, ...why);
  await refused.ended;
  const resumed = beanpod('resume', target, '--workload', 'Deployment/shop-api', ...why);
  await resumed.ended;
  const restarted = beanpod('restart', target, '--no-wait', ...why);
  await restarted.ended;
  const [one] = await world.pods(2);
  const evicted = beanpod('evict', target, '--pod', one?.name ?? '', ...why);
  const unknown = beanpod('evict', target, '--pod', 'nobody', ...why);
  const codes = [preview, scaled, paused, refused, resumed, restarted, unknown].map(({ ended }) => ended);
  await evicted.ended;
  const list = beanpod('operations', target);

  expect(await Promise.all(codes)).toEqual([0, 0, 0, 1, 0, 0, 2]);
  expect(await list.ended).toBe(0);
  expect(preview.said()).toContain('would have 2 pods instead of');
  expect(scaled.said()).toContain('Deployment shop-api has 2 pods instead of 1');
  expect(refused.said()).toContain('A rollout is paused');
  expect(list.said()).toMatch(/pause\s+succeeded\s+admin\s+A test/);
  expect(list.said()).toContain(`pod ${one?.name}`);
}, 120_000);

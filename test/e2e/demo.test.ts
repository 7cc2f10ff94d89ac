import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { ENDED_NAMES, LIVE_NAMES } from '../../src/shared/domain/state.js';
import type { PodsView } from '../../src/shared/contract/live-pods.js';
import { hasKubectl } from '../integration/simulators/kubectl.js';
import type { Told } from '../../scripts/demo/story.js';

const clouds = [
  ['staging', 'elastic-beanstalk'],
  ['staging-k8s', 'kubernetes'],
] as const;

const root = fileURLToPath(new URL('../..', import.meta.url));

let demo: ChildProcess;
let output = '';
let ended: Promise<number | null>;
let mark: string;

beforeEach(() => {
  mark = mkdtempSync(join(tmpdir(), 'beanpod-demo-'));
});

afterEach(() => {
  demo.kill('SIGKILL');
  rmSync(mark, { recursive: true, force: true });
});

describe('npm run demo', () => {
  test('--once deploys a good version to each cloud, rolls a bad one back, says why, and leaves nothing behind', async () => {
    start('--once');

    const code = await ended;

    expect(code, output).toBe(0);
    expect(told()).toMatchObject(
      clouds.flatMap(([environment, provider]) =>
        ['succeeded', 'rolled_back'].map((state) => ({ service: 'shop', environment, provider, state })),
      ),
    );
    const eachCloud = 'preparing deploying verifying succeeded preparing deploying rolling_back rolled_back';
    expect(statesSeen().join(' ')).toBe(clouds.map(() => eachCloud).join(' '));
    expect(output).toContain('on 3 instances');
    expect(output).toContain('Unsuccessful command execution on instance');
    expect(output).toMatch(/i-[0-9a-f]+ eb-engine\.log/);
    expect(output).toMatch(
      /Rolled back: .*\bpod shop-\S+ cannot pull image \S+:image-not-found-1\.5\.0: .*: not found/,
    );
    expect(output).toMatch(/Judged at most \d+\.\d s after the first Warning about a pod/);
    await until(() => leftBehind().length === 0);
  });

  test('stays up without --once, accepts the deployment that it proposes, and ends with everything on SIGTERM', async () => {
    start();
    await until(() => output.includes('"deployments":') || demo.exitCode !== null);
    const [, url = '', authorization = '', body = ''] =
      /curl -i (\S+) -H 'Authorization: ([^']+)' -H 'Content-Type: application\/json' -d '([^']+)'/.exec(
        output,
      ) ?? [];

    const answer = await fetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body,
    });
    expect(answer.status, output).toBe(202);
    const look = /^ *(KUBECONFIG=.* kubectl get deploy,pods -n shop)$/m.exec(output)?.[1] ?? '';
    expect(look, output).not.toBe('');
    if (hasKubectl()) expect(run(look)).toMatch(/^deployment\.apps\/shop +3\/3 /m);
    const live = url.replace('/v1/deployments', '/v1/targets/shop/staging-k8s/live');
    const { pods } = (await (await fetch(`${live}/pods`, { headers: { authorization } })).json()) as PodsView;
    expect(pods.length).toBeGreaterThan(0);
    expect(new Set(pods.map(({ jolokia }) => jolokia))).toEqual(new Set([8778]));
    const shell = await fetch(`${live}/exec`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ pod: pods.find(({ ready }) => ready)?.name }),
    });
    expect(shell.status, await shell.text()).toBe(201);
    demo.kill('SIGTERM');

    expect(await ended).toBe(0);
    await until(() => leftBehind().length === 0);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  test('takes its processes along when it is killed', async (context) => {
    context.skip(!existsSync('/proc/self/environ'), 'needs /proc to see the processes');
    start();
    await until(() => output.includes('● ') || demo.exitCode !== null);
    expect(leftBehind().length).toBeGreaterThan(3);

    demo.kill('SIGKILL');

    await until(() => leftBehind().length === 0);
  });
});

/** As on a fresh machine: no Redis is offered, no colours. The mark in the environment finds every descendant again. */
function start(...args: string[]): void {
  output = '';
  const { REDIS_URL: _, ...env } = process.env;
  demo = spawn(process.execPath, ['scripts/demo.mjs', ...args], {
    cwd: root,
    env: { ...env, DEMO_MARK: mark, HOME: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [demo.stdout, demo.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  ended = new Promise((resolve) => {
    demo.once('exit', (code) => resolve(code));
  });
}

function told(): readonly Told[] {
  const last = output.trim().split('\n').at(-1) ?? '';
  return (JSON.parse(last) as { deployments: readonly Told[] }).deployments;
}

function statesSeen(): readonly string[] {
  const names = [...output.matchAll(/● (\w+)/g)].map(([, name = '']) => name);
  const states: readonly string[] = [...LIVE_NAMES, ...ENDED_NAMES];
  return names.filter((name, index) => states.includes(name) && name !== names[index - 1]);
}

/** What a command of the shell prints, its complaints included. */
function run(command: string): string {
  const { stdout, stderr } = spawnSync('sh', ['-c', command], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: mark },
    timeout: 30_000,
  });
  return stdout + stderr;
}

/** Processes of this demo that still live. Without /proc none can be seen. */
function leftBehind(): readonly string[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && environmentOf(pid).includes(`DEMO_MARK=${mark}`),
  );
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(50);
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { hasKubectl } from '../integration/simulators/kubectl.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A simulated cluster as a process, like any cluster that a kubeconfig leads to. */
async function startCluster(): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cluster-'));
  closing.push(async () => rmSync(folder, { recursive: true }));
  const args = ['--import', 'tsx', 'test/simulators/kubernetes/main.ts', '--speed=10', `--folder=${folder}`];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  closing.push(() => {
    child.kill('SIGTERM');
    return ended;
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return (JSON.parse(line) as { kubeconfig: string }).kubeconfig;
}

/** As `npm run test:cluster` runs it. */
async function runSuite(env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const { KUBECONFIG: _, ...own } = process.env;
  const inherited = Object.entries(own).filter(([name]) => !name.startsWith('VITEST'));
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'cluster', '--reporter=verbose'];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, said };
}

describe('the suite for a real cluster', () => {
  it.skipIf(!hasKubectl())('passes on the simulated one, and leaves no namespace behind', async () => {
    const kubeconfig = await startCluster();

    const { code, said } = await runSuite({ KUBECONFIG: kubeconfig });

    expect(code, said).toBe(0);
    expect(said).toMatch(/Tests {2}8 passed/);
    const kubectl = spawn('kubectl', ['--kubeconfig', kubeconfig, 'get', 'namespaces', '-o', 'name']);
    let names = '';
    kubectl.stdout.on('data', (chunk: Buffer) => (names += chunk.toString()));
    expect(await once(kubectl, 'close')).toEqual([0, null]);
    expect(names).toContain('namespace/default');
    expect(names).not.toContain('beanpod-test');
  });

  it('is left out loudly without KUBECONFIG', async () => {
    const { code, said } = await runSuite({});

    expect(code, said).toBe(0);
    expect(said).toContain('SKIPPED: the tests on a real cluster, as KUBECONFIG names no cluster');
    expect(said).toMatch(/Tests {2}8 skipped/);
  });
});

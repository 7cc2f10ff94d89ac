import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

import { startKubernetes } from '../simulators/kubernetes/start.js';
import { canBuild, folder } from './manifests.js';

const run = promisify(execFile);

test('kubectl applies the demo overlay to a simulated cluster, and its pods become ready', async (context) => {
  context.skip(!canBuild(), 'needs kubectl 1.21 or newer on the PATH');
  const home = mkdtempSync(join(tmpdir(), 'beanpod-kubectl-'));
  const cluster = await startKubernetes({ speed: 50 });
  try {
    const kubeconfig = join(home, 'kubeconfig.yaml');
    writeFileSync(kubeconfig, cluster.kubeconfig(), { mode: 0o600 });
    const kubectl = async (...args: string[]) => {
      const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: home };
      return (await run('kubectl', args, { env })).stdout;
    };

    const applied = await kubectl(
      'apply',
      '--server-side',
      '--validate=strict',
      '-k',
      join(folder, 'overlays/demo'),
    );
    expect(applied.trim().split('\n').length).toBeGreaterThan(20);
    const waiting = async () => {
      const lines = await kubectl('get', 'pods', '-n', 'beanpod-demo', '--no-headers');
      return lines
        .trim()
        .split('\n')
        .filter((line) => !/\s1\/1\s+Running\s/.test(line));
    };
    while ((await waiting()).length > 0) await pause(200);

    const again = await kubectl(
      'apply',
      '--server-side',
      '--validate=strict',
      '-k',
      join(folder, 'overlays/demo'),
    );
    expect(again).toBe(applied);

    // The check can fail: a field that no Service has is refused.
    const misspelt = join(home, 'misspelt.yaml');
    writeFileSync(misspelt, 'apiVersion: v1\nkind: Service\nmetadata: { name: s }\nspec: { portz: [] }\n');
    const refused = kubectl('apply', '--server-side', '--validate=strict', '-f', misspelt);
    await expect(refused).rejects.toThrow(/portz/);
  } finally {
    await cluster.close();
    rmSync(home, { recursive: true, force: true });
  }
});

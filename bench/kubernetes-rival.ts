import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchCluster } from './kubernetes-cluster.js';

/** How often a polling client looks, as most tools that poll do. */
export const POLL_MS = 5_000;

/** A Deployment and its pods as far as rivals judge them. */
export interface LivePod {
  readonly status?: {
    readonly containerStatuses?: readonly {
      readonly restartCount?: number;
      readonly state?: { readonly waiting?: { readonly reason?: string } };
    }[];
  };
}

export interface LiveDeployment {
  readonly metadata: { readonly name?: string; readonly generation?: number };
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly replicas?: number;
  };
}

/** Whether real kubectl can be measured. */
export function hasKubectl(): boolean {
  return spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;
}

/** One run of real kubectl, with the most memory that was seen of it, in MB. */
export async function runKubectl(
  cluster: BenchCluster,
  kubeconfig: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly mostMb: number }> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: cluster.folder, KUBECONFIG: kubeconfig };
  const cache = path.join(cluster.folder, 'cache');
  const child = spawn('kubectl', ['--cache-dir', cache, ...args], { env, stdio: 'ignore' });
  let mostMb = 0;
  const look = setInterval(() => (mostMb = Math.max(mostMb, memoryOf(child.pid))), 20);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearInterval(look);
  return { code, mostMb };
}

function memoryOf(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    // It has ended since, or there is no /proc.
    return 0;
  }
}

/** Polls the Deployment `app` of a namespace and its pods, from `phaseMs` on; answers when it has seen it so. */
export async function poll(
  { client }: BenchCluster,
  namespace: string,
  phaseMs: number,
  isSo: (deployment: LiveDeployment, pods: readonly LivePod[]) => boolean,
): Promise<number> {
  await sleep(phaseMs);
  for (;;) {
    const deployment = await client.get(`/apis/apps/v1/namespaces/${namespace}/deployments/app`);
    const pods = await client.get(`/api/v1/namespaces/${namespace}/pods`);
    const { items } = pods.body as unknown as { items: readonly LivePod[] };
    if (isSo(deployment.body, items)) return Date.now();
    await sleep(POLL_MS);
  }
}

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { isEnded } from '../src/shared/domain/state.js';
import { newId } from '../src/shared/new-id.js';
import { createInstallation } from '../test/support/worker.js';
import { startBeanpod, type Measured } from './beanpod.js';
import { inParallel, ms, until } from './figures.js';
import { startCluster, type BenchCluster } from './kubernetes-cluster.js';
import { hasKubectl, runKubectl } from './kubernetes-rival.js';
import type { Row } from './table.js';

const ROLLOUTS = 200;
const SPEED = 10;
const NAMESPACE = 'shop';
const IMAGE = 'registry.example.com/shop/app';
/** All of them wait for their pods at the same time. */
const TAG = 'slow-1';

/** What 200 rollouts in one namespace at the same time cost one worker and the API server. */
export async function measureKubernetesFleet(redisUrl: string): Promise<readonly Row[]> {
  const cluster = await startCluster(SPEED);
  const namespace = `bench-${newId()}`;
  const beanpod = createInstallation({ url: redisUrl, namespace });
  let worker: Measured | undefined;
  try {
    worker = await startBeanpod('worker', redisUrl, namespace, {
      BEANPOD_SECRET_SIM: await cluster.kubeconfig('beanpod'),
      BEANPOD_TEMPO: String(1 / SPEED),
      BEANPOD_LOG_LEVEL: 'info',
    });
    await cluster.createNamespace(NAMESPACE);
    const idle = worker.memory().now;
    await worker.loop();
    const ids: string[] = [];
    await inParallel(ROLLOUTS, 20, async (nth) => void ids.push(await rollOut(beanpod, nth)));
    await until('all rollouts end', 180_000, async () => {
      const all = await Promise.all(ids.map((id) => beanpod.deployments.load(id)));
      return all.every((one) => one && isEnded(one.state));
    });
    const [memory, loop] = [worker.memory(), await worker.loop()];
    const ends = await Promise.all(ids.map((id) => beanpod.deployments.load(id)));
    const good = ends.filter((one) => one?.state.name === 'succeeded').length;
    const calls = await cluster.calls('beanpod');
    const watches = calls.filter(({ verb }) => verb === 'watch').length;
    const rival = hasKubectl() ? await kubectlOnce(cluster) : undefined;
    return [
      {
        what: `${ROLLOUTS} rollouts in one namespace by one worker: API calls each`,
        ours: (calls.length / ROLLOUTS).toFixed(1),
        beside: rival
          ? `kubectl apply and rollout status ${rival.calls}, 1 watch each`
          : 'kubectl is not installed',
        verdict: `${watches} watches in all; ${good} succeeded`,
        budget: 'one set of watches',
      },
      {
        what: '  resident memory of the worker',
        ours: `${Math.round(memory.most)} MB`,
        beside: rival ? `one kubectl ${Math.round(rival.mostMb)} MB` : 'kubectl is not installed',
        verdict: `idle ${Math.round(idle)} MB; loop p99 ${ms(loop.p99)}, most ${ms(loop.most)}`,
        budget: '< 250 MB; loop p99 < 30 ms',
      },
    ];
  } finally {
    await worker?.kill('SIGKILL');
    await beanpod.close();
    await cluster.close();
  }
}

function rollOut(beanpod: ReturnType<typeof createInstallation>, nth: number): Promise<string> {
  return beanpod.deploy(TAG, {
    service: `app-${nth}`,
    provider: 'kubernetes',
    spec: {
      cluster: { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_SIM' },
      namespace: NAMESPACE,
      manifests: manifestOf(`app-${nth}`, IMAGE),
    },
    artifact: { type: 'image', image: `${IMAGE}:${TAG}` },
    verify: { stabilityMs: 0 },
  });
}

/** The same by hand; the first run fills kubectl's cache of what the server serves and does not count. */
async function kubectlOnce(cluster: BenchCluster): Promise<{ calls: number; mostMb: number }> {
  const kubeconfig = await cluster.kubeconfigFile('kubectl');
  let mostMb = 0;
  for (const name of ['warm-up', 'by-hand']) {
    await cluster.control.clear();
    const file = path.join(cluster.folder, `${name}.manifest.yaml`);
    writeFileSync(file, manifestOf(name, `${IMAGE}:${TAG}`));
    const status = ['rollout', 'status', `deployment/${name}`, '--timeout=60s'];
    for (const args of [['apply', '--server-side', '-f', file], status]) {
      const ran = await runKubectl(cluster, kubeconfig, ['-n', NAMESPACE, ...args]);
      if (ran.code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${ran.code}`);
      mostMb = Math.max(mostMb, ran.mostMb);
    }
  }
  return { calls: (await cluster.calls('kubectl')).length, mostMb };
}

function manifestOf(name: string, image: string): string {
  return stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'app', image, readinessProbe: { httpGet: { port: 80 } } }] },
      },
    },
  });
}

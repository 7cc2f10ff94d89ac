import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { newId } from '../src/shared/new-id.js';
import { createInstallation } from '../test/support/worker.js';
import { startBeanpod, type Measured } from './beanpod.js';
import { percentile, until } from './figures.js';
import { startCluster, type BenchCluster } from './kubernetes-cluster.js';
import {
  hasKubectl,
  poll,
  POLL_MS,
  runKubectl,
  type LiveDeployment,
  type LivePod,
} from './kubernetes-rival.js';
import type { Row } from './table.js';

const ROUNDS = 8;
const APART_MS = 600;
/** kubectl says that a rollout is bad when this is over. Ten times shorter than by default, for a bench of a minute. */
const DEADLINE_S = 60;
const IMAGE = 'registry.example.com/shop/app';

/** What can be told of a rollout, and when the API server has said it. */
interface Question {
  readonly what: string;
  readonly tag: string;
  readonly budget: string;
  isSo(deployment: LiveDeployment, pods: readonly LivePod[]): boolean;
}

const QUESTIONS: readonly Question[] = [
  {
    what: 'image pull fails → bad',
    tag: 'image-not-found-2',
    budget: '< 2 s',
    isSo: (_, pods) => statusesOf(pods).some(({ state }) => /ImagePull/.test(state?.waiting?.reason ?? '')),
  },
  {
    what: 'second crash restart → bad',
    tag: 'crash-2',
    budget: '< 2 s',
    isSo: (_, pods) => statusesOf(pods).some(({ restartCount = 0 }) => restartCount >= 2),
  },
  { what: 'rollout complete → good', tag: 'ok-2', budget: '< 1 s', isSo: isComplete },
];

/** Milliseconds from what the API server said to the verdict of each; kubectl is missing where it is not installed. */
interface Times {
  readonly beanpod: number;
  readonly poller: number;
  readonly kubectl: number | undefined;
}

/** How long Beanpod, a polling client and real kubectl need to see the same rollouts go well or wrong, in real time. */
export async function measureKubernetesVerdicts(redisUrl: string): Promise<readonly Row[]> {
  const cluster = await startCluster(1);
  const namespace = `bench-${newId()}`;
  const beanpod = createInstallation({ url: redisUrl, namespace });
  const pending: Promise<{ question: Question; times: Times }>[] = [];
  let worker: Measured | undefined;
  try {
    worker = await startBeanpod('worker', redisUrl, namespace, {
      BEANPOD_SECRET_SIM: await cluster.kubeconfig('beanpod'),
      BEANPOD_LOG_LEVEL: 'info',
    });
    const kubeconfig = hasKubectl() ? await cluster.kubeconfigFile('kubectl') : undefined;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const question of QUESTIONS) {
        const name = `${question.tag}-${round}`;
        const phaseMs = (round / ROUNDS) * POLL_MS;
        pending.push(
          observe({ cluster, beanpod, kubeconfig, phaseMs }, question, name).then((times) => ({
            question,
            times,
          })),
        );
        await sleep(APART_MS);
      }
    }
    const all = await Promise.all(pending);
    return QUESTIONS.map((question) =>
      rowOf(
        question,
        all.filter((one) => one.question === question).map(({ times }) => times),
      ),
    );
  } finally {
    await worker?.kill('SIGKILL');
    await beanpod.close();
    await cluster.close();
  }
}

interface Stage {
  readonly cluster: BenchCluster;
  readonly beanpod: ReturnType<typeof createInstallation>;
  readonly kubeconfig: string | undefined;
  /** When the polling client begins, so that its looks fall evenly around what there is to see. */
  readonly phaseMs: number;
}

/** Lets Beanpod deploy; the others watch the very same workload, which stays when it is bad. */
async function observe(stage: Stage, question: Question, namespace: string): Promise<Times> {
  const { cluster, beanpod, kubeconfig, phaseMs } = stage;
  await cluster.createNamespace(namespace);
  const said = whenSaid(cluster, question, namespace);
  const id = await beanpod.deploy(question.tag, {
    service: namespace,
    provider: 'kubernetes',
    spec: {
      cluster: { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_SIM' },
      namespace,
      manifests: MANIFEST,
    },
    artifact: { type: 'image', image: `${IMAGE}:${question.tag}` },
    policy: { rollback: 'never' },
    verify: { stabilityMs: 0 },
  });
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/app`;
  await until(`${path} exists`, 30_000, async () => (await cluster.client.get(path)).status === 200);
  const status = ['rollout', 'status', 'deployment/app', '-n', namespace, '--timeout=300s'];
  const [polledAt, kubectlAt] = await Promise.all([
    poll(cluster, namespace, phaseMs, (deployment, pods) => question.isSo(deployment, pods)),
    kubeconfig === undefined ? undefined : runKubectl(cluster, kubeconfig, status).then(() => Date.now()),
  ]);
  const since = await said;
  return {
    beanpod: (await judgedAt(beanpod, id)) - since,
    poller: polledAt - since,
    kubectl: kubectlAt === undefined ? undefined : kubectlAt - since,
  };
}

/** When the API server has said what the question asks for. */
async function whenSaid(cluster: BenchCluster, question: Question, namespace: string): Promise<number> {
  const over = new AbortController();
  const pods = new Map<string, LivePod>();
  let deployment: LiveDeployment | undefined;
  let saidAt = Number.NaN;
  const look = (): void => {
    if (!deployment || !question.isSo(deployment, [...pods.values()])) return;
    saidAt = Date.now();
    over.abort();
  };
  const watch = (path: string, take: (object: LiveDeployment & LivePod) => void) =>
    cluster.follow(
      `${path}?watch=true`,
      (object) => {
        take(object);
        look();
      },
      over.signal,
    );
  await Promise.all([
    watch(`/apis/apps/v1/namespaces/${namespace}/deployments`, (object) => (deployment = object)),
    watch(`/api/v1/namespaces/${namespace}/pods`, (pod) => pods.set(pod.metadata.name ?? '', pod)),
  ]);
  return saidAt;
}

/** When the step that waits for the rollout ended, by the clock of Redis, which runs on the same machine. */
async function judgedAt(beanpod: Stage['beanpod'], id: string): Promise<number> {
  let at: number | undefined;
  await until(`the verdict about ${id}`, 60_000, async () => {
    const lines = await beanpod.journal.read(id, 0, 1_000);
    const end = lines.find(
      ({ code = '', data }) =>
        ['step.done', 'step.failed'].includes(code) && data?.['step'] === 'forward:await-0',
    );
    at = end?.at;
    return at !== undefined;
  });
  return at ?? Number.NaN;
}

function rowOf({ what, budget }: Question, times: readonly Times[]): Row {
  const of = (who: keyof Times) => times.flatMap((each) => each[who] ?? []);
  const kubectl = of('kubectl');
  const theirs =
    kubectl.length > 0
      ? `kubectl rollout status ${seconds(percentile(kubectl, 0.5))}`
      : 'kubectl is not installed';
  return {
    what,
    ours: seconds(percentile(of('beanpod'), 0.5)),
    beside: `${theirs}; polling every ${POLL_MS / 1_000} s ${seconds(percentile(of('poller'), 0.5))}`,
    verdict: `most ${seconds(Math.max(...of('beanpod')))} of ${times.length}; kubectl's deadline ${DEADLINE_S} s instead of 600 s`,
    budget,
  };
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

function statusesOf(pods: readonly LivePod[]) {
  return pods.flatMap(({ status }) => status?.containerStatuses ?? []);
}

function isComplete({ metadata, spec, status }: LiveDeployment): boolean {
  const wanted = spec?.replicas ?? 1;
  return (
    (status?.observedGeneration ?? 0) >= (metadata.generation ?? 1) &&
    status?.updatedReplicas === wanted &&
    status.availableReplicas === wanted &&
    status.replicas === wanted
  );
}

const MANIFEST = stringify({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'app' },
  spec: {
    replicas: 2,
    progressDeadlineSeconds: DEADLINE_S,
    selector: { matchLabels: { app: 'app' } },
    template: {
      metadata: { labels: { app: 'app' } },
      spec: { containers: [{ name: 'app', image: IMAGE }] },
    },
  },
});

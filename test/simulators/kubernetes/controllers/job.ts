import type { Cluster } from '../cluster.js';
import { keyOf, timestamp, type Condition, type KubeObject, type LabelSelector } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import { CONTROLLER } from '../writes/write-call.js';
import { conditionOf, isActive, isReady, type Pod, type PodTemplate } from '../workloads.js';
import { ownedPods, ownerKey } from './owned-pods.js';
import { createPod, deletePod } from './pod-control.js';
import { createWorkQueue } from './work-queue.js';

const FROM = 'job-controller';
/** Failed pods are replaced after 10 s, 20 s, 40 s … up to 10 minutes. */
const BACKOFF_MS = { first: 10_000, most: 600_000 };

/** A Job after defaulting. */
export interface Job extends KubeObject {
  spec: {
    parallelism: number;
    completions?: number;
    backoffLimit: number;
    suspend: boolean;
    selector: LabelSelector;
    template: PodTemplate;
    activeDeadlineSeconds?: number;
    ttlSecondsAfterFinished?: number;
  };
  status: { conditions?: Condition[]; startTime?: string; completionTime?: string };
}

interface Tally {
  active: Pod[];
  succeeded: number;
  failed: number;
}

/** Runs Jobs to their completion or to their back-off limit. */
export function startJobController(cluster: Cluster): void {
  /** Simulated time before which a Job gets no further pod. */
  const notBefore = new Map<string, number>();
  const startedAt = new Map<string, number>();

  const queue = createWorkQueue(cluster, (key) => {
    const job = cluster.store.collection('jobs.batch').get(key) as Job | undefined;
    if (job === undefined || job.metadata.deletionTimestamp !== undefined || isOver(job)) return;
    const { uid } = job.metadata;
    if (!startedAt.has(uid)) startedAt.set(uid, cluster.clock.now());
    const tally = count(cluster, job);
    const verdict = judge(job, tally);
    if (verdict !== undefined) return finish(job, tally, verdict);
    if (!job.spec.suspend) refill(key, job, tally);
    else for (const pod of tally.active) deletePod(cluster, job, pod, FROM);
    writeStatus(job, count(cluster, job), suspension(job));
  });

  function judge(job: Job, tally: Tally): Condition[] | undefined {
    const { completions = 1, backoffLimit, activeDeadlineSeconds } = job.spec;
    if (tally.succeeded >= completions) {
      const message = 'Reached expected number of succeeded pods';
      return both('SuccessCriteriaMet', 'Complete', 'CompletionsReached', message);
    }
    if (failures(tally) > backoffLimit) {
      const message = 'Job has reached the specified backoff limit';
      return both('FailureTarget', 'Failed', 'BackoffLimitExceeded', message);
    }
    if (activeDeadlineSeconds === undefined) return undefined;
    const left = (startedAt.get(job.metadata.uid) ?? 0) + activeDeadlineSeconds * 1000 - cluster.clock.now();
    if (left > 0) queue.addAfter(keyOf(job), left + 1);
    const message = 'Job was active longer than specified deadline';
    return left > 0 ? undefined : both('FailureTarget', 'Failed', 'DeadlineExceeded', message);
  }

  function refill(key: string, job: Job, tally: Tally): void {
    const wanted = Math.min(job.spec.parallelism, (job.spec.completions ?? 1) - tally.succeeded);
    const pause = (notBefore.get(job.metadata.uid) ?? 0) - cluster.clock.now();
    if (pause > 0) return queue.addAfter(key, pause);
    for (let missing = wanted - tally.active.length; missing > 0; missing--) {
      const metadata = { generateName: `${job.metadata.name}-` };
      const refused = createPod(cluster, job, job.spec.template, { metadata, from: FROM });
      if (refused !== undefined) return queue.retry(key);
      queue.forget(key);
    }
  }

  function finish(job: Job, tally: Tally, conditions: Condition[]): void {
    for (const pod of tally.active) deletePod(cluster, job, pod, FROM);
    const last = conditions.at(-1);
    const complete = last?.type === 'Complete';
    const message = complete ? 'Job completed' : (last?.message ?? '');
    const type = complete ? 'Normal' : 'Warning';
    const reason = complete ? 'Completed' : (last?.reason ?? '');
    cluster.events.record(job, { type, reason, message, from: FROM });
    writeStatus(job, { ...tally, active: [] }, conditions);
    const { ttlSecondsAfterFinished: ttl, selector: _ } = job.spec;
    if (ttl === undefined) return;
    const { namespace, name } = job.metadata;
    cluster.clock.after(ttl * 1000, () => {
      const now = cluster.store.collection('jobs.batch').get(keyOf(job));
      if (now?.metadata.uid !== job.metadata.uid) return;
      cluster.remove({ type: builtIn('Job'), namespace, name }, { propagation: 'Background' }, CONTROLLER);
    });
  }

  function writeStatus(job: Job, { active, succeeded, failed }: Tally, conditions: Condition[]): void {
    const complete = conditions.some((condition) => condition.type === 'Complete');
    const ready = active.filter(isReady).length;
    const status = {
      ...(conditions.length === 0 ? {} : { conditions }),
      ...(job.spec.suspend ? {} : { startTime: job.status.startTime ?? timestamp() }),
      ...(complete ? { completionTime: timestamp() } : {}),
      ...(active.length === 0 ? {} : { active: active.length }),
      ...(succeeded === 0 ? {} : { succeeded }),
      ...(failed === 0 ? {} : { failed }),
      terminating: 0,
      ready,
      uncountedTerminatedPods: {},
    };
    cluster.writes.setStatus(builtIn('Job'), job, status, CONTROLLER);
  }

  cluster.store.listen(({ collection, object, previous, type }) => {
    if (collection === 'jobs.batch') {
      if (type !== 'DELETED') queue.add(keyOf(object));
      return;
    }
    const key = collection === 'pods' ? ownerKey(object, 'Job') : undefined;
    if (key === undefined) return;
    const pod = object as Pod;
    if (pod.status.phase === 'Failed' && (previous as Pod | undefined)?.status.phase !== 'Failed')
      backOff(key);
    queue.add(key);
  });

  function backOff(key: string): void {
    const job = cluster.store.collection('jobs.batch').get(key) as Job | undefined;
    if (job === undefined) return;
    const times = Math.max(1, count(cluster, job).failed);
    const pause = Math.min(BACKOFF_MS.first * 2 ** (times - 1), BACKOFF_MS.most);
    notBefore.set(job.metadata.uid, cluster.clock.now() + pause);
  }
}

function count(cluster: Cluster, job: Job): Tally {
  const pods = ownedPods(cluster, job, job.spec.selector);
  return {
    active: pods.filter(isActive),
    succeeded: pods.filter((pod) => pod.status.phase === 'Succeeded').length,
    failed: pods.filter((pod) => pod.status.phase === 'Failed').length,
  };
}

// Restarts inside a pod count against the limit as failed pods do.
function failures({ active, failed }: Tally): number {
  let restarts = 0;
  for (const pod of active) {
    for (const status of [
      ...(pod.status.containerStatuses ?? []),
      ...(pod.status.initContainerStatuses ?? []),
    ]) {
      restarts += status.restartCount;
    }
  }
  return failed + restarts;
}

function both(first: string, last: string, reason: string, message: string): Condition[] {
  const now = timestamp();
  return [first, last].map((type) => ({
    type,
    status: 'True',
    reason,
    message,
    lastProbeTime: now,
    lastTransitionTime: now,
  }));
}

function suspension(job: Job): Condition[] {
  if (!job.spec.suspend) return [];
  const now = timestamp();
  const known = conditionOf(job.status.conditions, 'Suspended');
  if (known !== undefined) return [known];
  const message = 'Job suspended';
  return [
    {
      type: 'Suspended',
      status: 'True',
      reason: 'JobSuspended',
      message,
      lastProbeTime: now,
      lastTransitionTime: now,
    },
  ];
}

function isOver(job: Job): boolean {
  const { conditions } = job.status;
  return conditionOf(conditions, 'Complete') !== undefined || conditionOf(conditions, 'Failed') !== undefined;
}

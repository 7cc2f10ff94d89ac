import type { Cluster } from '../cluster.js';
import { fieldsAt } from '../json.js';
import { controllerOf, keyOf, ownedBy, timestamp, type KubeObject } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import { CONTROLLER } from '../writes/write-call.js';
import { conditionOf } from '../workloads.js';
import { matchesSchedule } from './cron-schedule.js';
import type { Job } from './job.js';

const FROM = 'cronjob-controller';
const MINUTE_MS = 60_000;

/** A CronJob after defaulting. */
interface CronJob extends KubeObject {
  spec: {
    schedule: string;
    suspend: boolean;
    concurrencyPolicy: string;
    successfulJobsHistoryLimit: number;
    failedJobsHistoryLimit: number;
    jobTemplate: { metadata?: Record<string, unknown>; spec: unknown };
  };
  status: { lastScheduleTime?: string; lastSuccessfulTime?: string };
}

/** Starts Jobs on schedule; the minutes are simulated ones, counted from the wall time of the start. */
export function startCronJobController(cluster: Cluster): void {
  const origin = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS;
  let minute = 0;

  function tick(): void {
    const now = new Date(origin + minute * MINUTE_MS);
    minute += 1;
    cluster.clock.after(MINUTE_MS, tick);
    for (const object of cluster.store.collection('cronjobs.batch').list()) {
      const cron = object as CronJob;
      if (!cron.spec.suspend && matchesSchedule(cron.spec.schedule, now)) run(cron, now);
    }
  }

  function run(cron: CronJob, now: Date): void {
    const active = jobsOf(cluster, cron).filter((job) => !isOver(job));
    if (active.length > 0 && cron.spec.concurrencyPolicy === 'Forbid') return;
    if (cron.spec.concurrencyPolicy === 'Replace') for (const job of active) removeJob(cluster, job);
    const { namespace } = cron.metadata;
    const name = `${cron.metadata.name}-${Math.floor(now.getTime() / MINUTE_MS)}`;
    const metadata = {
      ...fieldsAt(cron.spec.jobTemplate, 'metadata'),
      name,
      ownerReferences: [ownedBy(cron)],
    };
    cluster.writes.create(
      builtIn('Job'),
      namespace,
      { metadata, spec: cron.spec.jobTemplate.spec },
      CONTROLLER,
    );
    const message = `Created job ${name}`;
    cluster.events.record(cron, { type: 'Normal', reason: 'SuccessfulCreate', message, from: FROM });
    sync(cron, timestamp());
  }

  function sync(cron: CronJob, lastScheduleTime: string | undefined): void {
    const jobs = jobsOf(cluster, cron);
    const active = jobs
      .filter((job) => !isOver(job))
      .map(({ apiVersion, kind, metadata }) => {
        const { name, namespace, uid } = metadata;
        return { apiVersion, kind, name, namespace, uid };
      });
    const last = lastScheduleTime ?? cron.status.lastScheduleTime;
    const successful =
      jobs
        .map((job) => job.status.completionTime ?? '')
        .sort()
        .at(-1) ?? '';
    const status = {
      ...(active.length === 0 ? {} : { active }),
      ...(last === undefined ? {} : { lastScheduleTime: last }),
      ...(successful === '' ? {} : { lastSuccessfulTime: successful }),
    };
    cluster.writes.setStatus(builtIn('CronJob'), cron, status, CONTROLLER);
    trim(cluster, jobs, 'Complete', cron.spec.successfulJobsHistoryLimit);
    trim(cluster, jobs, 'Failed', cron.spec.failedJobsHistoryLimit);
  }

  cluster.store.listen(({ collection, object }) => {
    const owner = collection === 'jobs.batch' ? controllerOf(object) : undefined;
    if (owner?.kind !== 'CronJob') return;
    const key = `${object.metadata.namespace ?? ''}/${owner.name}`;
    setImmediate(() => {
      const cron = cluster.store.collection('cronjobs.batch').get(key) as CronJob | undefined;
      if (cron !== undefined) sync(cron, undefined);
    });
  });
  cluster.clock.after(MINUTE_MS, tick);
}

function jobsOf(cluster: Cluster, cron: CronJob): Job[] {
  return cluster.store
    .dependents(cron.metadata.uid)
    .filter(({ collection }) => collection === 'jobs.batch')
    .map(({ object }) => object as Job);
}

function isOver(job: Job): boolean {
  return ['Complete', 'Failed'].some((type) => conditionOf(job.status.conditions, type) !== undefined);
}

function trim(cluster: Cluster, jobs: Job[], type: string, limit: number): void {
  const ended = jobs.filter((job) => conditionOf(job.status.conditions, type) !== undefined);
  ended.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  for (const job of ended.slice(0, Math.max(0, ended.length - limit))) removeJob(cluster, job);
}

function removeJob(cluster: Cluster, job: Job): void {
  const { namespace, name } = job.metadata;
  cluster.remove({ type: builtIn('Job'), namespace, name }, { propagation: 'Background' }, CONTROLLER);
}

import type { FailureRow } from './row.js';

/** What can go wrong with any target. */
export const CORE_FAILURES = {
  'deployment.cancelled': {
    title: 'The deployment was cancelled',
    blame: 'request',
    hint: 'Deploy again when you want this version to run.',
    ends: 'cancelled',
  },
  'deployment.superseded': {
    title: 'A newer deployment took its place in line',
    blame: 'request',
    hint: 'Follow the newer deployment; deploy again if you want this version after all.',
    ends: 'superseded',
  },
  'deployment.expired': {
    title: 'The deployment waited longer than its queue deadline',
    blame: 'operator',
    hint: 'Look at what holds the target and at the number of workers, then deploy again.',
    ends: 'expired',
  },
  'deployment.poison': {
    title: 'The deployment brought down every worker that took it',
    blame: 'operator',
    hint: 'Read the service log of the lost workers before you deploy this again.',
  },
  'deployment.deadline': {
    title: 'The deployment did not get past this point in time',
    blame: 'platform',
    hint: 'Look at the last lines of the log for what it waited for; raise the deadline only if that is normal.',
  },
  'deployment.unsettled': {
    title: 'Not everything behind the new version was cleaned up in time',
    blame: 'platform',
    hint: 'Nothing is undone, and the next deployment of the target tries it again; look at what it waited for.',
  },
  'operation.cancelled': {
    title: 'The operation was cancelled',
    blame: 'request',
    hint: 'Nothing was done. Ask for it again if you want it after all.',
  },
  'operation.expired': {
    title: 'The operation could not begin in time',
    blame: 'operator',
    hint: 'Nothing was done. Look at what holds the target and whether a worker runs, then ask again.',
  },
  'operation.denied': {
    title: 'The right ended before the operation began',
    blame: 'request',
    hint: 'Nothing was done. Ask an administrator for the right, then ask again.',
  },
  'operation.unfinished': {
    title: 'The operation did not come to an end in time',
    blame: 'platform',
    hint: 'Look at what runs: it may have been done in part, and nothing of it is done later.',
  },
  'operation.target-gone': {
    title: 'The target is no longer there',
    blame: 'request',
    hint: 'Register the target again if it was removed by mistake, then ask again.',
  },
  'operation.unsupported': {
    title: 'The platform of the target cannot do this',
    blame: 'request',
    hint: 'Nothing was done. The documentation says which platform can do what.',
  },
  'operation.workers-lost': {
    title: 'The operation brought down every worker that took it',
    blame: 'operator',
    hint: 'Look at what runs, and read the service log of the lost workers before you ask again.',
  },
  'internal.step-crashed': {
    title: 'A step failed again and again with an unexpected error',
    blame: 'operator',
    hint: 'The service log has the error under this deployment id; report it if it is a defect of Beanpod.',
  },
  'provider.unknown': {
    title: 'No worker knows the provider of this target',
    blame: 'operator',
    hint: 'List the provider in the configuration of the workers and deploy again.',
  },
  'provider.spec-invalid': {
    title: 'The target no longer fits the schema of its provider',
    blame: 'operator',
    hint: 'Correct the target and deploy again.',
  },
  'plan.changed': {
    title: 'The plan of this deployment differs from the one that it started with',
    blame: 'operator',
    hint: 'Beanpod was upgraded in the middle of the deployment; deploy again.',
  },
  'target.changed-elsewhere': {
    title: 'Somebody else changed the target in the meantime',
    blame: 'request',
    hint: 'Agree on who deploys; Beanpod leaves the foreign change alone.',
    ends: 'superseded',
  },
  'rollback.nothing-before': {
    title: 'There is nothing to roll back to',
    blame: 'request',
    hint: 'No earlier version ran here. Deploy a good version; the target still runs the bad one.',
  },
  'rollback.version-gone': {
    title: 'The version to roll back to can no longer be deployed',
    blame: 'operator',
    hint: 'Restore its artifact or deploy a good version by hand.',
  },
  'health.degraded': {
    title: 'The platform reports the new version as unhealthy',
    blame: 'release',
    hint: 'Read the causes and the log lines of the instances below.',
  },
  'health.unknown': {
    title: 'The health of the new version could not be established in time',
    blame: 'platform',
    hint: 'Check why the platform reports no health for this target; unknown health is never a success.',
  },
  'health.flapping': {
    title: 'The new version did not stay healthy',
    blame: 'release',
    hint: 'Look for restarts or failing requests shortly after the start.',
  },
  'check.failed': {
    title: 'A check of the target failed',
    blame: 'release',
    hint: 'Call the address of the check yourself; the last answer is in the log.',
  },
  'check.forbidden': {
    title: 'A check points to an address that Beanpod must not call',
    blame: 'operator',
    hint: 'Use a public address, or add its network to BEANPOD_CHECK_NETWORKS on the workers.',
  },
} as const satisfies Record<string, FailureRow>;

/** BullMQ queue of deployments; a job holds `{id}` and nothing else. */
export const DEPLOY_QUEUE = 'deploy';

/** BullMQ queue of dry runs; a job holds the whole question, since losing it loses nothing. */
export const PLAN_QUEUE = 'plan';

/** BullMQ queue of questions about what runs, likewise. */
export const LIVE_QUEUE = 'live';

/** Retries, delays and history are ours, not BullMQ's. */
export const JOB_OPTIONS = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

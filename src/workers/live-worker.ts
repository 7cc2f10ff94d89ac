import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { LiveAnswer, LiveOperations, LiveTurn } from '../providers/live-operations.js';
import { pulledLogsKey, type Blobs } from '../shared/blobs/blobs.js';
import type { LogsView } from '../shared/contract/live-view.js';
import { failure } from '../shared/domain/failures.js';
import { newId } from '../shared/new-id.js';
import type { LiveQuestion, LiveReplyOf, LiveViews, LiveWish } from '../shared/queue/live.js';
import { LIVE_QUEUE } from '../shared/queue/names.js';
import { leaveAnswer, type Asked } from '../shared/queue/questions.js';
import type { Configuration } from '../shared/store/configuration.js';
import type { Deployments } from '../shared/store/deployments.js';
import type { OperationEnding, Operations } from '../shared/store/operations.js';
import { checkConnection } from './check-connection.js';
import { findDrift, type FindDriftDeps } from './find-drift.js';
import { neededVersions } from './needed-versions.js';
import { preview } from './operations/perform.js';
import { withLive, type WithLiveDeps } from './with-live.js';

/** Longest time for one question, in milliseconds. */
const WITHIN_MS = 55_000;
const DAY_MS = 24 * 3_600_000;
/** Records that are read at a time, and in all before a clean-up is refused. */
const PAGE = 500;
const MOST_PAGES = 200;
const LONGEST_LINE = 2_000;
const MOST_FILES = 20;
const MOST_LOGS = 20;

interface LiveWorkerDeps extends WithLiveDeps, FindDriftDeps {
  readonly connection: Redis;
  /** Connection for the answer. */
  readonly redis: Redis;
  readonly namespace: string;
  readonly prefix: string;
  readonly blobs: Pick<Blobs, 'put'>;
  readonly deployments: Pick<Deployments, 'list' | 'load' | 'input'>;
  readonly configuration: Pick<Configuration, 'refresh'>;
  readonly operations: Pick<Operations, 'note'>;
  redact(line: string): string;
}

type Reply = LiveReplyOf<LiveWish['ask']>;

/** Answers questions about what runs, with the rights of the worker, and clears old versions away. */
export function startLiveWorker(deps: LiveWorkerDeps): { close(): Promise<void> } {
  const closing = new AbortController();
  const worker = new Worker<Asked<LiveQuestion>>(
    LIVE_QUEUE,
    async ({ data }) => {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(WITHIN_MS)]);
      const reply = await replyTo(deps, data.question, signal).catch((error: unknown): Reply => {
        if (signal.aborted) return { said: 'wait', because: 'The worker ran out of time' };
        const said = deps.redact(error instanceof Error ? error.message : String(error));
        return { said: 'failed', failure: failure('internal.step-crashed', said) };
      });
      await leaveAnswer(deps.redis, deps.namespace, data.id, reply);
    },
    { connection: deps.connection, prefix: deps.prefix, concurrency: 10 },
  );
  worker.on('error', () => undefined);
  return {
    close() {
      closing.abort();
      return worker.close();
    },
  };
}

async function replyTo(deps: LiveWorkerDeps, question: LiveQuestion, signal: AbortSignal): Promise<Reply> {
  const { wish } = question;
  if (wish.ask === 'drift') {
    const found = await findDrift(deps, question, signal);
    return 'said' in found ? found : { said: 'done', view: found };
  }
  if (wish.ask === 'connection') {
    const found = await checkConnection(deps, { ...question, verify: wish.verify }, signal);
    return 'said' in found ? found : { said: 'done', view: found };
  }
  return withLive(deps, question, signal, (live) => perform(deps, { ...question, wish }, live, { signal }));
}

async function perform(
  deps: LiveWorkerDeps,
  question: LiveQuestion & { readonly wish: Exclude<LiveWish, { readonly ask: 'drift' | 'connection' }> },
  live: LiveOperations,
  turn: LiveTurn,
): Promise<Reply> {
  const { wish } = question;
  switch (wish.ask) {
    case 'instances':
      return viewed(await live.instances?.(turn), async (instances) => ({
        instances: instances.map(({ causes, launchedAt, ...rest }) => ({
          ...rest,
          causes: causes.map(deps.redact),
          ...(launchedAt !== undefined && { launchedAt: new Date(launchedAt).toISOString() }),
        })),
      }));
    case 'logs':
      return pullLogs(deps, question, wish, live, turn);
    case 'clean-up':
      return viewed(
        await live.cleanUp?.(turn, { ...wish, ...(await rememberedOf(deps, question, wish.days)) }),
        async ({ removed, kept }) => ({ removed: [...removed], kept: [...kept] }),
      );
    case 'preview':
      return viewed(await preview(live, question, wish.wish, turn.signal), async (done) => ({
        dryRun: true,
        done: [...done],
      }));
  }
}

/** Pulling logs touches nothing that runs, so it waits for nobody; it stands among the operations all the same. */
async function pullLogs(
  deps: LiveWorkerDeps,
  question: LiveQuestion,
  { kind, asker, reason }: Extract<LiveWish, { ask: 'logs' }>,
  live: LiveOperations,
  turn: LiveTurn,
): Promise<Reply> {
  const { service, environment } = question;
  const [id, startedAt] = [newId(), Date.now()];
  const note = (ending: OperationEnding) =>
    deps.operations.note(
      { id, service, environment, kind: 'logs', asker, reason: deps.redact(reason), startedAt },
      ending,
    );
  const answer = await live.logs?.(turn, kind);
  if (answer === undefined) return { said: 'unsupported' };
  if (answer.said === 'wait')
    await note({ failure: failure('operation.unfinished', deps.redact(answer.because)) });
  if (answer.said === 'failed') await note({ failure: answer.failure });
  if (answer.said !== 'done') return answer;
  const { logs, missing } = answer.value;
  const kept = await Promise.all(
    logs.slice(0, MOST_LOGS).map((log, nth) => keepLog(deps, question, { log, nth })),
  );
  const without = missing.length === 0 ? '' : `; none came of ${missing.join(', ')}`;
  await note({ done: [`Logs of ${logs.length} instances were pulled${without}`] });
  return { said: 'done', view: { logs: kept, missing: [...missing] } };
}

async function viewed<T>(
  answer: LiveAnswer<T> | undefined,
  view: (value: T) => Promise<LiveViews[LiveWish['ask']]>,
): Promise<Reply> {
  if (answer === undefined) return { said: 'unsupported' };
  return answer.said === 'done' ? { said: 'done', view: await view(answer.value) } : answer;
}

/** Texts go into the answer, zip files into the blob store. */
async function keepLog(
  { blobs, redact }: LiveWorkerDeps,
  { service, environment }: LiveQuestion,
  { log, nth }: { log: PulledLog; nth: number },
): Promise<LogsView['logs'][number]> {
  const { instance } = log;
  if ('files' in log) {
    const files = log.files.slice(0, MOST_FILES).map(({ file, lines }) => ({
      file,
      lines: lines.map((line) => redact(line).slice(0, LONGEST_LINE)),
    }));
    return { instance, files };
  }
  await blobs.put(pulledLogsKey(service, environment, nth), once(log.zip));
  return { instance, download: `/v1/targets/${service}/${environment}/live/logs/${nth}` };
}

type PulledLog = Extract<
  Awaited<ReturnType<NonNullable<LiveOperations['logs']>>>,
  { said: 'done' }
>['value']['logs'][number];

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** What the records of the service say about its versions. */
async function rememberedOf(deps: LiveWorkerDeps, { service }: LiveQuestion, days: number) {
  const { targets } = await deps.configuration.refresh();
  const own = [...targets.keys()].filter((name) => name.startsWith(`${service}/`));
  const needed = await neededVersions(pagesOf(deps.deployments, service), own, Date.now() - days * DAY_MS);
  return {
    needed,
    async isOurs(deploymentId: string): Promise<boolean> {
      const made = await deps.deployments.load(deploymentId);
      return made?.request.service === service;
    },
  };
}

async function* pagesOf(deployments: Pick<Deployments, 'list'>, service: string) {
  let before: string | undefined;
  for (let nth = 0; nth < MOST_PAGES; nth += 1) {
    const page = await deployments.list({ service, limit: PAGE, ...(before !== undefined && { before }) });
    yield page;
    before = page.at(-1)?.id;
    if (page.length < PAGE) return;
  }
  throw new Error(`${service} has too many deployments in these days to know what they need`);
}

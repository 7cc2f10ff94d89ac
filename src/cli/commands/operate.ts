import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type {
  OperationPreview,
  OperationsView,
  OperationView,
} from '../../shared/contract/live-operation.js';
import type { PodsView } from '../../shared/contract/live-pods.js';
import type { ApiClient } from '../api-client.js';
import { ciRunOf, keyOfRun } from '../ci-run.js';
import { EXIT, exitCodeOfOperation, type ExitCode } from '../exit-code.js';
import { harmless } from '../screen.js';
import type { Session } from '../session.js';
import { showTable } from '../show.js';
import { Stop } from '../stop.js';
import { count } from './count.js';
import { livePath } from './live.js';
import type { Run } from './run.js';

interface OperateOptions {
  readonly reason: string;
  readonly pod?: string;
  readonly workload?: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly expires?: number;
}

/** Seconds that one request waits for the end. */
const WAIT_S = 50;
const WITHIN_MS = 60_000;

const WHERE = 'service/environment';

/** `restart`, `evict`, `scale`, `pause`, `resume` and `operations`. */
export function addOperate(program: Command, run: Run): void {
  const define = (kind: string, description: string) =>
    program
      .command(kind)
      .description(description)
      .argument('<target>', WHERE)
      .requiredOption('-r, --reason <text>', 'why, for the record')
      .option('--dry-run', 'only say what would be touched')
      .option('--no-wait', 'do not wait for the end')
      .option('--expires <seconds>', 'do not begin later than in so many seconds', count(1, 86_400));
  define('restart', 'Restart all pods of a target one after the other, or the processes of all instances')
    .option('--pod <pod>', 'only this pod')
    .action(
      run<[string], OperateOptions>((session, [target], wish) => act(session, target, 'restart', wish)),
    );
  define('evict', 'Have a pod leave its node, as its disruption budget allows')
    .requiredOption('--pod <pod>', 'which pod')
    .action(run<[string], OperateOptions>((session, [target], wish) => act(session, target, 'evict', wish)));
  define('scale', 'Set the number of pods of a workload')
    .argument('<replicas>', 'how many pods', count(0, 10_000))
    .option('--workload <kind/name>', 'which one, when the target has several')
    .action(
      run<[string, string], OperateOptions>((session, [target, replicas], wish) =>
        act(session, target, 'scale', wish, { replicas: Number(replicas) }),
      ),
    );
  for (const [kind, description] of [
    ['pause', 'Hold the rollout of a Deployment where it is'],
    ['resume', 'Let a held rollout go on'],
  ] as const)
    define(kind, description)
      .option('--workload <kind/name>', 'which one, when the target has several')
      .action(run<[string], OperateOptions>((session, [target], wish) => act(session, target, kind, wish)));
  program
    .command('operations')
    .description('List what people have done to a target beside deployments')
    .argument('<target>', WHERE)
    .option('-n, --limit <count>', 'most to list', count(1, 500))
    .action(run<[string], { readonly limit?: number }>(list));
}

async function act(
  session: Session,
  target: string,
  kind: string,
  { reason, pod, workload, dryRun, wait, expires }: OperateOptions,
  more: object = {},
): Promise<ExitCode> {
  const client = session.connect('long');
  const path = livePath(target);
  const body = {
    ...more,
    reason,
    ...(pod !== undefined && { pod: await seenPod(client, path, pod) }),
    ...(workload !== undefined && { workload }),
    ...(expires !== undefined && { expiresInSeconds: expires }),
    ...(dryRun === true && { dryRun }),
  };
  const ci = ciRunOf(session.env);
  const key = ci ? keyOfRun(ci, { kind, target, ...body }) : randomUUID();
  const said = await ask(client, `${path}/${kind}`, body, key);
  if ('dryRun' in said) {
    session.answer(said, () => said.done.map(harmless).join('\n'));
    return EXIT.done;
  }
  return tell(session, wait === false ? said : await ended(client, said));
}

/** An operation that ended otherwise than well while it was waited for comes as a refusal that holds it. */
async function ask(
  client: ApiClient,
  path: string,
  body: object,
  key: string,
): Promise<OperationView | OperationPreview> {
  try {
    const call = { method: 'POST', body, headers: { 'idempotency-key': key }, withinMs: WITHIN_MS } as const;
    return (await client.call<OperationView | OperationPreview>(path, call)).body;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    const { operation } = (error.problem ?? {}) as { readonly operation?: OperationView };
    if (operation) return operation;
    throw error;
  }
}

async function ended(client: ApiClient, view: OperationView): Promise<OperationView> {
  let now = view;
  while (now.endedAt === undefined) {
    const path = `${view.links.self}?wait=${WAIT_S}`;
    now = (await client.call<OperationView>(path, { withinMs: WITHIN_MS })).body;
  }
  return now;
}

function tell(session: Session, view: OperationView): ExitCode {
  const { screen } = session;
  session.answer(view, () =>
    [`${view.state}: operation ${view.id}`, ...(view.done ?? [])].map(harmless).join('\n'),
  );
  if (view.because !== undefined) screen.remark(harmless(view.because));
  if (view.failure) {
    screen.remark(harmless(`${view.failure.title}: ${view.failure.detail}`));
    screen.remark(harmless(view.failure.hint));
  }
  return view.endedAt === undefined ? EXIT.done : exitCodeOfOperation(view);
}

/** The pod of this name as it is now, so that one that takes its place is left alone. */
async function seenPod(client: ApiClient, path: string, name: string) {
  const { pods } = await client.get<PodsView>(`${path}/pods`);
  const pod = pods.find((one) => one.name === name);
  if (pod) return { name, uid: pod.uid };
  throw new Stop(EXIT.invalid, `There is no pod ${name}; beanpod pods lists them`);
}

async function list(
  session: Session,
  [target]: [string],
  { limit = 20 }: { readonly limit?: number },
): Promise<ExitCode> {
  const path = `${livePath(target)}/operations?limit=${limit}`;
  const view = await session.connect('brief').get<OperationsView>(path);
  const rows = view.operations.map(({ queuedAt, kind, subject, state, person, reason }) => [
    queuedAt,
    kind,
    harmless(subject ?? ''),
    state,
    harmless(person),
    harmless(reason),
  ]);
  session.answer(view, () => showTable([HEADINGS, ...rows]).join('\n'));
  return EXIT.done;
}

const HEADINGS = ['ASKED', 'OPERATION', 'OF', 'STATE', 'PERSON', 'REASON'];

import type { Command } from 'commander';
import type { EnvironmentView } from '../../shared/contract/configuration.js';
import type { DiffView, EnvironmentStatus, SnapshotSummary } from '../../shared/contract/snapshot.js';
import type { ApiClient } from '../api-client.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { harmless } from '../screen.js';
import type { Session } from '../session.js';
import { showTable } from '../show.js';
import { Stop } from '../stop.js';
import { withKeyOption, type KeyOptions } from '../submit.js';
import { withWaitOptions, type WaitOptions } from '../wait-options.js';
import { count } from './count.js';
import { submitRelease } from './release.js';
import type { Run } from './run.js';

interface RestoreOptions extends WaitOptions, KeyOptions {
  readonly to: string;
  readonly reason: string;
  readonly wait?: boolean;
}

interface StatusOptions {
  readonly against?: string;
}

/** Most snapshots that the API gives in one page. */
const MOST_LISTED = 200;
const SNAPSHOT = 'fingerprint of a snapshot, its start is enough; or now';

/** `environment list`, `show`, `status`, `snapshots`, `diff` and `restore`. */
export function addEnvironment(program: Command, run: Run): void {
  const environment = program
    .command('environment')
    .description('Look at whole environments and bring them back');
  environment.command('list').description('List environments').action(run<[]>(list));
  environment
    .command('show')
    .description('Show how an environment is configured; of a clone, what its removal waits for')
    .argument('<environment>')
    .action(run<[string]>(show));
  environment
    .command('status')
    .description('Show what runs in an environment and what is on its way')
    .argument('<environment>')
    .option('--against <environment>', 'say which services are ahead or behind of that one')
    .action(run<[string], StatusOptions>(showStatus));
  environment
    .command('snapshots')
    .description('List what ran after each deployment, newest first')
    .argument('<environment>')
    .option('-n, --limit <count>', 'most snapshots to list', count(1, MOST_LISTED), 20)
    .action(run<[string], { readonly limit: number }>(listSnapshots));
  environment
    .command('diff')
    .description('Show what differs between two snapshots')
    .argument('<environment>')
    .argument('<from>', SNAPSHOT)
    .argument('[to]', SNAPSHOT, 'now')
    .action(run<[string, string, string]>(showDifference));
  const restoring = environment
    .command('restore')
    .description('Deploy again what ran at a snapshot, wherever something else runs now')
    .argument('<environment>')
    .requiredOption('--to <snapshot>', 'fingerprint of the snapshot; its start is enough')
    .requiredOption('-r, --reason <text>', 'why')
    .option('-w, --wait', 'wait for the end; the exit code says how it ended');
  withWaitOptions(withKeyOption(restoring, 'release'), 'release').action(
    run<[string], RestoreOptions>(restore),
  );
}

async function list(session: Session): Promise<ExitCode> {
  const { items } = await session
    .connect('brief')
    .get<{ items: readonly EnvironmentView[] }>('/v1/environments?limit=1000');
  session.answer(items, () => items.map(({ environment }) => environment).join('\n'));
  return EXIT.done;
}

async function show(session: Session, [environment]: [string]): Promise<ExitCode> {
  const view = await session.connect('brief').get<EnvironmentView>(pathOf(environment));
  const { origin, expiresAt, reviews, ending } = view;
  session.answer(view, () =>
    [
      `${environment}${origin === undefined ? '' : `, a clone of ${origin} until ${expiresAt ?? 'some time'}`}`,
      ...(reviews === undefined ? [] : [`  ${harmless(reviews)}`]),
      ...(ending ? [`  Being removed: ${harmless(ending.because)}`] : []),
      ...(ending?.waitsFor === undefined ? [] : [`  Waits for: ${harmless(ending.waitsFor)}`]),
    ].join('\n'),
  );
  return EXIT.done;
}

async function showStatus(
  session: Session,
  [environment]: [string],
  { against }: StatusOptions,
): Promise<ExitCode> {
  const query = against === undefined ? '' : `?against=${encodeURIComponent(against)}`;
  const path = `${pathOf(environment)}/status${query}`;
  const view = await session.connect('brief').get<EnvironmentStatus>(path);
  const more = against === undefined ? [] : [`AGAINST ${against}`];
  session.answer(view, () =>
    showTable([
      [...STATUS_HEADINGS, ...more],
      ...view.services.map((service) => [
        ...statusRow(service),
        ...more.map(() => (service.against ? standingOf(service.against) : '-')),
      ]),
    ]).join('\n'),
  );
  return EXIT.done;
}

const STATUS_HEADINGS = ['SERVICE', 'RUNS', 'LAST', 'STATE', 'NEWEST', 'BLOCKED'];

type ServiceStatus = EnvironmentStatus['services'][number];

function statusRow({ service, running, last, newest, blocked }: ServiceStatus): readonly string[] {
  const runs = running?.certain === false ? 'nobody knows' : (running?.version ?? '-');
  return [service, runs, last?.version ?? '-', last?.state ?? '-', newest?.version ?? '-', String(blocked)];
}

function standingOf({ order, versions, because }: NonNullable<ServiceStatus['against']>): string {
  const many = versions === undefined ? '' : ` ${versions}${versions >= 100 ? ' or more' : ''}`;
  return `${order}${many}${because === undefined ? '' : `: ${harmless(because)}`}`;
}

async function listSnapshots(
  session: Session,
  [environment]: [string],
  { limit }: { readonly limit: number },
): Promise<ExitCode> {
  const items = await snapshotsOf(session.connect('brief'), environment, limit);
  session.answer(items, () => showTable([SNAPSHOT_HEADINGS, ...items.map(snapshotRow)]).join('\n'));
  return EXIT.done;
}

const SNAPSHOT_HEADINGS = ['SNAPSHOT', 'WHEN', 'DEPLOYMENT', 'ENDED'];

function snapshotRow({ snapshot, at, deployment, ended }: SnapshotSummary): readonly string[] {
  return [snapshot.slice(0, 12), at.slice(0, 19).replace('T', ' '), deployment, ended];
}

async function showDifference(
  session: Session,
  [environment, said, other]: [string, string, string],
): Promise<ExitCode> {
  const client = session.connect('brief');
  const from = await findSnapshot(client, environment, said);
  const to = await findSnapshot(client, environment, other);
  const view = await client.get<DiffView>(`${pathOf(environment)}/diff?from=${from}&to=${to}`);
  session.answer(view, () => showTable([DIFF_HEADINGS, ...view.services.map(changeRow)]).join('\n'));
  return EXIT.done;
}

const DIFF_HEADINGS = ['SERVICE', 'CHANGE', 'FROM', 'TO'];

function changeRow({ service, change, from, to }: DiffView['services'][number]): readonly string[] {
  return [service, change, from?.version ?? '-', to?.version ?? '-'];
}

async function restore(
  session: Session,
  [environment]: [string],
  options: RestoreOptions,
): Promise<ExitCode> {
  const snapshot = await findSnapshot(session.connect('long'), environment, options.to);
  const body = { snapshot, reason: options.reason };
  const about = { restore: environment, ...body };
  return submitRelease(session, { path: `${pathOf(environment)}/restore`, body, about }, options);
}

/** A whole fingerprint for its start. Throws a `Stop` when that fits none or several. */
async function findSnapshot(client: ApiClient, environment: string, said: string): Promise<string> {
  if (said === 'now' || /^[0-9a-f]{40}$/.test(said)) return said;
  const all = await snapshotsOf(client, environment, MOST_LISTED);
  const found = new Set(all.map(({ snapshot }) => snapshot).filter((each) => each.startsWith(said)));
  const [one] = found;
  if (one !== undefined && found.size === 1) return one;
  const what = found.size > 1 ? `is the start of ${found.size} snapshots` : 'is no snapshot';
  throw new Stop(
    EXIT.invalid,
    `${said} ${what} of ${environment}: beanpod environment snapshots ${environment}`,
  );
}

async function snapshotsOf(
  client: ApiClient,
  environment: string,
  limit: number,
): Promise<readonly SnapshotSummary[]> {
  const page = await client.get<{ items: readonly SnapshotSummary[] }>(
    `${pathOf(environment)}/snapshots?limit=${limit}`,
  );
  return page.items;
}

function pathOf(environment: string): string {
  return `/v1/environments/${encodeURIComponent(environment)}`;
}

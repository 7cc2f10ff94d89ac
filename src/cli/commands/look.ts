import type { Command } from 'commander';
import type { DeploymentView } from '../../shared/contract/deployment-view.js';
import type { Explanation } from '../../shared/contract/explanation.js';
import type { JournalLine, JournalPage } from '../../shared/contract/journal-page.js';
import { awaitEnd } from '../await-end.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { findDeployment, pathOf } from '../find-deployment.js';
import { followJournal } from '../follow-journal.js';
import type { Session } from '../session.js';
import { harmless } from '../screen.js';
import { placeOf, showEnd, showLine, showProgress, showTable } from '../show.js';
import { waitingOf, withWaitOptions, type WaitOptions } from '../wait-options.js';
import { collect } from './collect.js';
import { count } from './count.js';
import type { Run } from './run.js';

const WHICH = 'id, or service/environment for the newest one there';
const PAGE = 1_000;
/** Most deployments that the API gives in one page. */
const MOST_LISTED = 200;

interface LogOptions {
  readonly follow?: boolean;
  readonly after: number;
}

interface HistoryOptions {
  readonly limit: number;
  readonly state?: readonly string[];
}

/** `status`, `wait`, `logs` and `history`. */
export function addLook(program: Command, run: Run): void {
  program
    .command('status')
    .description('Show where a deployment is, and what stands between it and live')
    .argument('<deployment>', WHICH)
    .action(run<[string]>(showStatus));
  withWaitOptions(
    program
      .command('wait')
      .description('Wait for the end of a deployment; the exit code says how it ended')
      .argument('<deployment>', WHICH),
  ).action(
    run<[string], WaitOptions>(async (session, [which], options) => {
      const view = await findDeployment(session.connect('long'), which);
      return awaitEnd(session, view, waitingOf(options, 'states'));
    }),
  );
  program
    .command('logs')
    .description('Print the log of a deployment')
    .argument('<deployment>', WHICH)
    .option('-f, --follow', 'go on until the deployment has ended')
    .option('--after <line>', 'only lines after this one', count(0), 0)
    .action(run<[string], LogOptions>(printLog));
  program
    .command('history')
    .description('List deployments, newest first')
    .argument('[place]', 'service/environment, service, or /environment')
    .option('-n, --limit <count>', 'most deployments to list', count(1, MOST_LISTED), 20)
    .option('--state <state>', 'only in this state; repeat it for several', collect)
    .action(run<[string | undefined], HistoryOptions>(listHistory));
}

async function showStatus(session: Session, [which]: [string]): Promise<ExitCode> {
  const client = session.connect('brief');
  const view = await findDeployment(client, which);
  const explained = view.terminal ? undefined : await client.get<Explanation>(`${pathOf(view.id)}/explain`);
  const obstacles = explained?.obstacles ?? [];
  session.answer({ ...view, ...(explained && { obstacles }) }, () =>
    [
      ...showProgress(view, Date.now(), session.screen),
      ...obstacles.map(
        ({ text, how }) => `  … ${harmless(text)}${how === undefined ? '' : ` (${harmless(how)})`}`,
      ),
      ...(view.terminal ? [showEnd(view, session.screen)] : []),
    ].join('\n'),
  );
  return EXIT.done;
}

async function printLog(
  session: Session,
  [which]: [string],
  { follow, after }: LogOptions,
): Promise<ExitCode> {
  const { screen, output, interrupted } = session;
  const client = session.connect(follow === true ? 'long' : 'brief');
  const { id } = await findDeployment(client, which);
  const print = (line: JournalLine) =>
    screen.print(output === 'json' ? JSON.stringify(line) : showLine(line, screen));
  if (follow === true) {
    for await (const line of followJournal({ client, id, after, signal: interrupted })) print(line);
    return EXIT.done;
  }
  for (let at = after; ;) {
    const page = await client.get<JournalPage>(`${pathOf(id)}/logs?after=${at}&limit=${PAGE}`);
    page.lines.forEach(print);
    at = page.next;
    if (page.lines.length < PAGE) return EXIT.done;
  }
}

async function listHistory(
  session: Session,
  [place]: [string | undefined],
  { limit, state = [] }: HistoryOptions,
): Promise<ExitCode> {
  const [service = '', environment = ''] = (place ?? '').split('/');
  const query = new URLSearchParams({ limit: String(limit) });
  if (service !== '') query.set('service', service);
  if (environment !== '') query.set('environment', environment);
  for (const each of state) query.append('state', each);
  const { items } = await session
    .connect('brief')
    .get<{ items: readonly DeploymentView[] }>(`/v1/deployments?${query.toString()}`);
  session.answer(items, () => showTable([HEADINGS, ...items.map(rowOf)]).join('\n'));
  return EXIT.done;
}

const HEADINGS = ['NUMBER', 'TARGET', 'VERSION', 'KIND', 'STATE', 'WHEN', 'WHO', 'ID'];

function rowOf(view: DeploymentView): readonly string[] {
  const { number, version, kind, state, acceptedAt, actor, id } = view;
  const when = acceptedAt.slice(0, 19).replace('T', ' ');
  return [`#${number}`, placeOf(view), version, kind, state, when, harmless(actor), id];
}

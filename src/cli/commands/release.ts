import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Option, type Command } from 'commander';
import type { NewRelease, ReleaseView } from '../../shared/contract/release.js';
import { readYaml } from '../../shared/config/yaml-document.js';
import { awaitRelease, releasePath, showRelease } from '../await-release.js';
import { ciRunOf } from '../ci-run.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { harmless } from '../screen.js';
import type { Session } from '../session.js';
import { showTable } from '../show.js';
import { Stop } from '../stop.js';
import {
  submitOfRun,
  wasAcceptedBefore,
  withKeyOption,
  type KeyOptions,
  type Submission,
} from '../submit.js';
import { waitingOf, withWaitOptions, type WaitOptions } from '../wait-options.js';
import { collect } from './collect.js';
import { count } from './count.js';
import type { Run } from './run.js';

interface CreateOptions extends WaitOptions, KeyOptions {
  readonly to?: readonly string[];
  readonly filename?: string;
  readonly onFailure?: NonNullable<NewRelease['onFailure']>;
  readonly message?: string;
  readonly wait?: boolean;
}

/** Most releases that the API gives in one page. */
const MOST_LISTED = 50;

/** `release create`, `status`, `wait`, `cancel` and `list`. */
export function addRelease(program: Command, run: Run): void {
  const release = program.command('release').description('Deploy several services and environments as one');
  const create = release
    .command('create')
    .description('Deploy each of these services to each of these environments, or what a file says')
    .argument('[services...]', 'service=version; the version of deploy when only the service is named')
    .option('--to <environment>', 'environment; repeat it for several', collect)
    .option('-f, --filename <path>', 'YAML or JSON as the API takes it, or - for standard input')
    .addOption(
      new Option('--on-failure <what>', 'what happens when a member fails').choices([
        'stop',
        'rollback',
        'continue',
      ]),
    )
    .option('-m, --message <text>', 'why')
    .option('-w, --wait', 'wait for the end; the exit code says how it ended');
  withWaitOptions(withKeyOption(create, 'release'), 'release').action(
    // A list of arguments comes as one.
    run<readonly [], CreateOptions>((session, given, options) =>
      createRelease(session, (given as readonly unknown[]).flat() as readonly string[], options),
    ),
  );
  release
    .command('status')
    .description('Show where a release is')
    .argument('<release>', 'id')
    .action(run<[string]>(showStatus));
  withWaitOptions(
    release.command('wait').description('Wait for the end of a release').argument('<release>', 'id'),
    'release',
  ).action(
    run<[string], WaitOptions>((session, [id], options) =>
      awaitRelease(session, id, waitingOf(options, 'states')),
    ),
  );
  release
    .command('cancel')
    .description('Start no more members and cancel those under way; what has succeeded stays')
    .argument('<release>', 'id')
    .option('-r, --reason <text>', 'why')
    .action(run<[string], { readonly reason?: string }>(cancel));
  release
    .command('list')
    .description('List releases, newest first')
    .option('-n, --limit <count>', 'most releases to list', count(1, MOST_LISTED), 20)
    .action(run<[], { readonly limit: number }>(list));
}

async function createRelease(
  session: Session,
  services: readonly string[],
  options: CreateOptions,
): Promise<ExitCode> {
  const body = await bodyOf(session, services, options);
  return submitRelease(session, { path: '/v1/releases', body, about: { release: body } }, options);
}

/** Asks for a release once, says that it was accepted, and follows it to its end when that is wanted. */
export async function submitRelease(
  session: Session,
  submission: Submission,
  options: WaitOptions & KeyOptions & { readonly wait?: boolean },
): Promise<ExitCode> {
  const named = { ...submission, idempotencyKey: options.idempotencyKey };
  const answer = await submitOfRun<ReleaseView>(session.connect('long'), named, ciRunOf(session.env));
  const { id, members } = answer.body;
  const told = wasAcceptedBefore(answer) ? 'was accepted before' : 'accepted';
  session.screen.remark(`Release ${id} of ${members.length} deployments ${told}: beanpod release wait ${id}`);
  if (options.wait === true) return awaitRelease(session, id, waitingOf(options, 'states'));
  session.answer(answer.body, () => id);
  return EXIT.done;
}

async function bodyOf(
  { env }: Session,
  services: readonly string[],
  { to = [], filename, onFailure, message }: CreateOptions,
): Promise<object> {
  const said = { ...(onFailure && { onFailure }), ...(message !== undefined && { message }) };
  if (filename !== undefined) {
    if (services.length > 0 || to.length > 0)
      throw new Stop(EXIT.invalid, 'Name services and environments, or a file that does: not both');
    return { ...(await fileAt(filename)), ...said };
  }
  if (services.length === 0 || to.length === 0)
    throw new Stop(EXIT.invalid, 'Name services and, with --to, environments; or a file with -f');
  const standard = env['BEANPOD_VERSION'] ?? ciRunOf(env)?.version;
  const members = to.flatMap((environment) =>
    services.map((each) => ({ environment, ...versionedService(each, standard) })),
  );
  return { members, ...said };
}

function versionedService(said: string, standard: string | undefined) {
  const [service = '', version = standard] = said.split(/=(.*)/s);
  if (version === undefined || version === '')
    throw new Stop(
      EXIT.invalid,
      `Which version of ${service}? Say ${service}=version, or set BEANPOD_VERSION`,
    );
  return { service, version };
}

async function fileAt(path: string): Promise<object> {
  const content =
    path === '-' ? await text(process.stdin) : await readFile(path, 'utf8').catch(unreadable(path));
  const [document, ...more] = readYaml(content);
  const problems = (document?.problems ?? []).map(({ line, detail }) => `${path}:${line} ${detail}`);
  if (problems.length > 0) throw new Stop(EXIT.invalid, problems.join('\n'));
  const value = document?.value;
  if (more.length > 0 || typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Stop(EXIT.invalid, `${path} is not one release: a map with members`);
  return value;
}

function unreadable(path: string): (error: unknown) => never {
  return (error) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new Stop(EXIT.invalid, `${path} cannot be read: ${why}`);
  };
}

async function showStatus(session: Session, [id]: [string]): Promise<ExitCode> {
  const release = await session.connect('brief').get<ReleaseView>(releasePath(id));
  session.answer(release, () => showRelease(release));
  return EXIT.done;
}

async function cancel(
  session: Session,
  [id]: [string],
  { reason }: { readonly reason?: string },
): Promise<ExitCode> {
  const body = reason === undefined ? {} : { reason };
  const { body: release } = await session
    .connect('brief')
    .call<ReleaseView>(`${releasePath(id)}/cancel`, { method: 'POST', body });
  session.answer(release, () => `Release ${id} ends when its members have: beanpod release wait ${id}`);
  return EXIT.done;
}

async function list(session: Session, _: [], { limit }: { readonly limit: number }): Promise<ExitCode> {
  const { items } = await session
    .connect('brief')
    .get<{ items: readonly ReleaseView[] }>(`/v1/releases?limit=${limit}`);
  session.answer(items, () => showTable([HEADINGS, ...items.map(rowOf)]).join('\n'));
  return EXIT.done;
}

const HEADINGS = ['ID', 'STATE', 'MEMBERS', 'WHEN', 'WHO', 'MESSAGE'];

function rowOf({ id, state, members, createdAt, actor, message = '' }: ReleaseView): readonly string[] {
  const when = createdAt.slice(0, 19).replace('T', ' ');
  return [id, state, String(members.length), when, harmless(actor), harmless(message)];
}

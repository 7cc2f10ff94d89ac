import type { Command } from 'commander';
import type { NewVersion, Version } from '../../shared/contract/version.js';
import { artifactOf, withArtifactOptions, type ArtifactOptions } from '../artifact-options.js';
import { ciRunOf } from '../ci-run.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Session } from '../session.js';
import { harmless } from '../screen.js';
import { showTable } from '../show.js';
import { Stop } from '../stop.js';
import { count } from './count.js';
import type { Run } from './run.js';

interface ListOptions {
  readonly branch?: string;
  readonly search?: string;
  readonly limit: number;
}

interface AddOptions extends ArtifactOptions {
  readonly commit?: string;
  readonly branch?: string;
  readonly message?: string;
  readonly author?: string;
}

/** Most versions that the API gives in one page. */
const MOST_LISTED = 500;

/** `versions list` and `versions add`. */
export function addVersions(program: Command, run: Run): void {
  const versions = program.command('versions').description('List and register versions of a service');
  versions
    .command('list')
    .description('List versions, newest first')
    .argument('<service>')
    .option('--branch <branch>', 'only of this branch')
    .option('--search <text>', 'start of a commit, or text in version, message or author')
    .option('-n, --limit <count>', 'most versions to list', count(1, MOST_LISTED), 20)
    .action(run<[string], ListOptions>(listVersions));
  withArtifactOptions(
    versions
      .command('add')
      .description('Register a version with its artifact; doing it again is no error')
      .argument('<service>')
      .argument('[version]', 'BEANPOD_VERSION, or what CI is building, when left out')
      .option('--commit <sha>', 'commit; that of the CI run when left out')
      .option('--branch <branch>', 'branch; that of the CI run when left out')
      .option('-m, --message <text>', 'first line of the commit message')
      .option('--author <name>', 'author of the commit'),
  ).action(run<[string, string | undefined], AddOptions>(addVersion));
}

async function listVersions(
  session: Session,
  [service]: [string],
  { branch, search, limit }: ListOptions,
): Promise<ExitCode> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (branch !== undefined) query.set('branch', branch);
  if (search !== undefined) query.set('q', search);
  const path = `/v1/services/${encodeURIComponent(service)}/versions?${query.toString()}`;
  const { items } = await session.connect('brief').get<{ items: readonly Version[] }>(path);
  session.answer(items, () => showTable([HEADINGS, ...items.map(rowOf)]).join('\n'));
  return EXIT.done;
}

const HEADINGS = ['VERSION', 'WHEN', 'COMMIT', 'BRANCH', 'AUTHOR', 'MESSAGE'];

function rowOf({
  version,
  createdAt,
  commit = '',
  branch = '',
  author = '',
  message = '',
}: Version): readonly string[] {
  const when = createdAt.slice(0, 19).replace('T', ' ');
  return [version, when, commit.slice(0, 10), branch, author, message].map(harmless);
}

async function addVersion(
  session: Session,
  [service, said]: [string, string | undefined],
  options: AddOptions,
): Promise<ExitCode> {
  const ci = ciRunOf(session.env);
  const version = said ?? session.env['BEANPOD_VERSION'] ?? ci?.version;
  if (version === undefined || version === '')
    throw new Stop(EXIT.invalid, 'Which version? Name it, or set BEANPOD_VERSION');
  const client = session.connect('long');
  const artifact = await artifactOf(options, client, service);
  if (!artifact)
    throw new Stop(EXIT.invalid, 'What is it made of? Add --image, --s3, --bundle or --manifests');
  const about = {
    commit: options.commit ?? ci?.commit,
    branch: options.branch ?? ci?.branch,
    message: options.message,
    author: options.author,
  };
  const body: NewVersion = {
    version,
    artifact,
    ...Object.fromEntries(Object.entries(about).filter(([, value]) => value !== undefined)),
  };
  const path = `/v1/services/${encodeURIComponent(service)}/versions`;
  const answer = await client.call<Version>(path, { method: 'POST', body });
  session.answer(
    answer.body,
    () => `${version} of ${service} ${answer.status === 201 ? 'registered' : 'was registered before'}`,
  );
  return EXIT.done;
}

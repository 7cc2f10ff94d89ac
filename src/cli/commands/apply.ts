import type { Command } from 'commander';
import { createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';
import type { ApiClient } from '../api-client.js';
import { readConfiguration, type Wanted } from '../configuration.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Session } from '../session.js';
import { harmless, type Screen } from '../screen.js';
import { Stop } from '../stop.js';
import { collect } from './collect.js';
import type { Run } from './run.js';

interface ApplyOptions {
  readonly filename: readonly string[];
  readonly dryRun?: boolean;
}

/** Something that the API does not have as the files want it. */
interface Change {
  readonly wanted: Wanted;
  /** What is there; undefined when nothing is. */
  readonly now: unknown;
}

/** `apply`. */
export function addApply(program: Command, run: Run): void {
  program
    .command('apply')
    .description('Bring services, environments and targets to what YAML files say; what no file names stays')
    .requiredOption(
      '-f, --filename <path>',
      'file, folder of YAML files, or - for standard input; repeat it for several',
      collect,
    )
    .option('--dry-run', 'only show the differences')
    .action(run<[], ApplyOptions>(apply));
}

async function apply(session: Session, _: [], { filename, dryRun }: ApplyOptions): Promise<ExitCode> {
  const wanted = await readConfiguration(filename);
  const client = session.connect('brief');
  const changes: Change[] = [];
  for (const each of wanted) {
    const now = await currentOf(client, each);
    if (yaml(now) !== yaml(each.value)) changes.push({ wanted: each, now });
  }
  if (session.output === 'text')
    for (const each of changes) session.screen.print(difference(each, session.screen));
  if (dryRun !== true) await write(session, client, changes);
  const verdict = changes.map(({ wanted: { title }, now }) => ({
    title,
    change: now === undefined ? 'created' : 'changed',
  }));
  const same = wanted.length - changes.length;
  session.answer(
    { dryRun: dryRun === true, same, changes: verdict },
    () =>
      `${dryRun === true ? 'Would change' : 'Changed'} ${changes.length} of ${wanted.length}; ${same} as wanted already`,
  );
  return EXIT.done;
}

async function currentOf(client: ApiClient, { path }: Wanted): Promise<unknown> {
  try {
    const {
      service: _service,
      environment: _environment,
      ...value
    } = await client.get<Record<string, unknown>>(path);
    return value;
  } catch (error) {
    if (error instanceof Stop && error.problem?.status === 404) return undefined;
    throw error;
  }
}

/** One after the other, in an order in which each finds what it needs. A refusal names the line of its file. */
async function write(session: Session, client: ApiClient, changes: readonly Change[]): Promise<void> {
  let written = 0;
  for (const { wanted } of changes) {
    await client.call(wanted.path, { method: 'PUT', body: wanted.value }).catch((error: unknown) => {
      throw error instanceof Stop && error.problem
        ? refusalOf(wanted, error, error.problem.errors ?? [], written)
        : error;
    });
    written += 1;
    session.screen.remark(`${wanted.title} written`);
  }
}

function refusalOf(
  { title, place }: Wanted,
  { code, message, problem }: Stop,
  errors: readonly { readonly pointer: string; readonly detail: string }[],
  written: number,
): Stop {
  const details = errors.map(({ pointer, detail }) => `${place(pointer)} ${pointer} ${detail}`);
  const words = details.length > 0 ? details : [`${place('')} ${message}`];
  return new Stop(
    code,
    [`${title} was refused; ${written} before it were written`, ...words].join('\n'),
    problem,
  );
}

function difference({ wanted: { title, value }, now }: Change, { styled }: Screen): string {
  const patch = createTwoFilesPatch(
    title,
    title,
    yaml(now),
    yaml(value),
    now === undefined ? 'missing' : 'now',
    'wanted',
    {
      context: 3,
    },
  );
  return patch
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const text = harmless(line);
      if (line.startsWith('+')) return styled(text, 'green');
      return line.startsWith('-') ? styled(text, 'red') : text;
    })
    .join('\n');
}

/** The same text for the same value, whatever the order of its keys. */
function yaml(value: unknown): string {
  return value === undefined ? '' : stringify(value, { sortMapEntries: true });
}

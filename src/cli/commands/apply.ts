import type { Command } from 'commander';
import { createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';
import { readConfiguration } from '../configuration.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Session } from '../session.js';
import { currentOf, proveAcceptable, writeChanges, type Change } from '../reconcile.js';
import { harmless, type Screen } from '../screen.js';
import { collect } from './collect.js';
import type { Run } from './run.js';

interface ApplyOptions {
  readonly filename: readonly string[];
  readonly dryRun?: boolean;
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
    const now = await currentOf(client, each.path);
    if (yaml(now) !== yaml(each.value)) changes.push({ wanted: each, now });
  }
  if (session.output === 'text')
    for (const each of changes) session.screen.print(difference(each, session.screen));
  await proveAcceptable(client, wanted, changes);
  if (dryRun !== true)
    await writeChanges(client, changes, ({ title }) => session.screen.remark(`${title} written`));
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

import { Argument, type Command } from 'commander';
import type { ApiClient } from '../api-client.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Session } from '../session.js';
import type { Run } from './run.js';

/** Milliseconds that a name of the API is worth while somebody waits for the Tab key. */
const NAMES_WITHIN_MS = 2_000;

/** Each asks `beanpod complete` for the words that may come next; the last word is the one under the cursor. */
const SCRIPTS = {
  bash: `_beanpod() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(beanpod complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _beanpod beanpod`,
  zsh: `#compdef beanpod
_beanpod() {
  local -a found
  found=("\${(@f)$(beanpod complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -a found || _files
}
compdef _beanpod beanpod`,
  fish: `complete -c beanpod -a '(beanpod complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`,
} as const;

type Shell = keyof typeof SCRIPTS;

/** `completion` and the hidden `complete` that its scripts call. */
export function addCompletion(program: Command, run: Run): void {
  program
    .command('completion')
    .description(
      'Print a script that completes commands, options and names: source <(beanpod completion bash)',
    )
    .addArgument(new Argument('<shell>').choices(Object.keys(SCRIPTS)))
    .action(
      run<[Shell]>((session, [shell]) => {
        session.screen.print(SCRIPTS[shell]);
        return EXIT.done;
      }),
    );
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(run((session, given) => complete(program, session, given.flat() as readonly string[])));
}

async function complete(program: Command, session: Session, words: readonly string[]): Promise<ExitCode> {
  const found = candidates(program, words);
  const names = typeof found === 'string' ? await namesOf(session, found) : found;
  if (names.length > 0) session.screen.print(names.join('\n'));
  return EXIT.done;
}

/** Words that may stand where the last of these does; a kind of name that only the API knows. */
export function candidates(
  program: Command,
  words: readonly string[],
): readonly string[] | 'services' | 'environments' {
  const { command, given } = commandOf(program, words.slice(0, -1));
  if (words.at(-1)?.startsWith('-'))
    return command.options.flatMap(({ long }) => (long === undefined ? [] : [long]));
  if (command.commands.length > 0 && command.registeredArguments.length === 0)
    return command.commands.filter((each) => each.name() !== 'complete').map((each) => each.name());
  const next = command.registeredArguments[given];
  if (next?.argChoices) return next.argChoices;
  if (next?.name() === 'service') return 'services';
  return next?.name() === 'environment' ? 'environments' : [];
}

/** The command that words name, and how many arguments they give it. */
function commandOf(program: Command, words: readonly string[]): { command: Command; given: number } {
  let command = program;
  let given = 0;
  for (const word of words) {
    const inner = command.commands.find((each) => each.name() === word);
    if (inner && given === 0) command = inner;
    else if (!word.startsWith('-')) given += 1;
  }
  return { command, given };
}

async function namesOf(session: Session, kind: 'services' | 'environments'): Promise<readonly string[]> {
  const client: ApiClient = session.connect('brief', AbortSignal.timeout(NAMES_WITHIN_MS));
  const { items } = await client.get<{ items: readonly Readonly<Record<string, string>>[] }>(
    `/v1/${kind}?limit=1000`,
  );
  return items.flatMap((each) => each[kind.slice(0, -1)] ?? []);
}

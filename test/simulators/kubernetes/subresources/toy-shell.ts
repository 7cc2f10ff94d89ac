/** Where a command runs. */
export interface ShellPlace {
  hostname: string;
  env: Record<string, string>;
}

/** What a command said. */
export interface Said {
  out: string;
  err: string;
  exitCode: number;
  /** The shell itself ends. */
  ends?: true;
}

/** The prompt of an interactive shell. */
export const PROMPT = '/ # ';

/** Tells whether a command is a shell that waits for input. */
export function isInteractive(command: readonly string[]): boolean {
  return /^(?:\/bin\/)?(?:ba|a)?sh$/.test(command[0] ?? '') && !command.includes('-c');
}

/** Runs one command of the few that every container of the simulator has. */
export function runCommand(command: readonly string[], place: ShellPlace): Said {
  const [name = '', ...args] = command;
  if (/^(?:\/bin\/)?(?:ba|a)?sh$/.test(name) && args[0] === '-c') return runLine(args[1] ?? '', place);
  const known = COMMANDS[name.replace(/^\/bin\//, '')];
  if (known === undefined) return { out: '', err: `sh: ${name}: not found\n`, exitCode: 127 };
  return known(args, place);
}

/** Runs one line of a shell: commands joined by `;` and `&&`. */
export function runLine(line: string, place: ShellPlace): Said {
  const said: Said = { out: '', err: '', exitCode: 0 };
  for (const [, joint, text] of line.matchAll(/(^|;|&&)\s*([^;&]+)/g)) {
    if (joint === '&&' && said.exitCode !== 0) continue;
    const words = (text ?? '')
      .trim()
      .split(/\s+/)
      .map((word) => expand(word, place));
    const next = runCommand(words, place);
    said.out += next.out;
    said.err += next.err;
    said.exitCode = next.exitCode;
    if (next.ends === true) return { ...said, ends: true };
  }
  return said;
}

const COMMANDS: Record<string, (args: string[], place: ShellPlace) => Said> = {
  echo: (args) => ok(`${args.join(' ')}\n`),
  pwd: () => ok('/\n'),
  whoami: () => ok('root\n'),
  hostname: (_, { hostname }) => ok(`${hostname}\n`),
  env: (_, { env }) =>
    ok(
      Object.entries(env)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    ),
  true: () => ok(''),
  false: () => ({ out: '', err: '', exitCode: 1 }),
  ls: () => ok('app\nbin\netc\n'),
  exit: (args) => ({ out: '', err: '', exitCode: Number(args[0] ?? 0), ends: true }),
};

function ok(out: string): Said {
  return { out, err: '', exitCode: 0 };
}

function expand(word: string, { env }: ShellPlace): string {
  const bare = word.replace(/^(["'])(.*)\1$/, '$2');
  return bare.replace(/\$\{?(\w+)\}?/g, (_, name: string) => env[name] ?? '');
}

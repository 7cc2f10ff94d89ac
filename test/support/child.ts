import { spawn } from 'node:child_process';

/** A program that a test watches while it runs. */
export interface Watched {
  /** What it has printed so far. */
  readonly out: string;
  readonly errors: string;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts a program with this environment and nothing else but PATH. */
export function watchProgram(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd?: string,
): Watched {
  const child = spawn(file, [...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
  });
  let [out, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  return {
    get out() {
      return out;
    },
    get errors() {
      return errors;
    },
    ended: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? -1));
    }),
    kill: (signal) => void child.kill(signal),
  };
}

/** Everything about a program that has ended; waits for that. */
export async function outcomeOf(
  program: Watched,
): Promise<{ readonly code: number; readonly out: string; readonly errors: string }> {
  const code = await program.ended;
  return { code, out: program.out, errors: program.errors };
}

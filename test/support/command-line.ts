import { runProgram } from '../../src/cli/program.js';
import { createScreen } from '../../src/cli/screen.js';

/** What a command came to. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** A command while it runs. */
export interface Running {
  readonly out: string;
  readonly ended: Promise<Ran>;
  /** As Ctrl-C does it. */
  interrupt(reason: Error): void;
}

/** Runs the command line within this process, as if its output were a pipe. */
export function startCommand(env: Readonly<Record<string, string>>, args: readonly string[]): Running {
  let [out, errors] = ['', ''];
  const interrupted = new AbortController();
  const screen = createScreen(
    { write: (text: string) => ((out += text), true) },
    { write: (text: string) => ((errors += text), true) },
    env,
  );
  const ended = runProgram({ env, screen, interrupted: interrupted.signal }, args);
  return {
    get out() {
      return out;
    },
    ended: ended.then((code) => ({ code, out, errors })),
    interrupt: (reason) => interrupted.abort(reason),
  };
}

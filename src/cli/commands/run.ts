import type { Command } from 'commander';
import type { ExitCode } from '../exit-code.js';
import type { Session } from '../session.js';

/** What a command does: its arguments in order, then its options. Answers the exit code; throws a `Stop` to end with words. */
export type Action<Arguments, Options> = (
  session: Session,
  given: Arguments,
  options: Options,
) => ExitCode | Promise<ExitCode>;

/** Makes an action one that commander calls. */
export type Run = <Arguments extends readonly (string | undefined)[], Options = unknown>(
  action: Action<Arguments, Options>,
) => (this: Command, ...given: unknown[]) => Promise<void>;

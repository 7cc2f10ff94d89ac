import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Waiting } from './await-end.js';
import { readDuration } from './duration.js';

/** What the options below were given. */
export interface WaitOptions {
  readonly timeout: number;
  readonly cancelOnInterrupt?: boolean;
  readonly quiet?: boolean;
}

const HOUR_MS = 3_600_000;

/** Gives a command the options of waiting for the end of something. */
export function withWaitOptions(command: Command, what: 'deployment' | 'release' = 'deployment'): Command {
  return command
    .addOption(
      new Option(
        '--timeout <time>',
        `leave after so long with exit code 124, such as 90s or 30m; the ${what} goes on`,
      )
        .argParser(duration)
        .default(HOUR_MS, '1h'),
    )
    .option('--cancel-on-interrupt', `stop the ${what} on Ctrl-C or SIGTERM instead of leaving it alone`)
    .option('-q, --quiet', 'show the end only');
}

/** How the caller wants to wait; `lines` unless it is to be quiet. */
export function waitingOf(
  { timeout, cancelOnInterrupt, quiet }: WaitOptions,
  lines: Waiting['lines'],
): Waiting {
  return { lines: quiet === true ? 'none' : lines, timeoutMs: timeout, cancelOnInterrupt };
}

/** Reads a time of an option in milliseconds; anything else is a usage error. */
export function duration(text: string): number {
  const ms = readDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('It is not a time such as 90s, 30m or 1h30m.');
  return ms;
}

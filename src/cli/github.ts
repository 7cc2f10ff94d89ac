import { appendFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import type { DeploymentView } from '../shared/contract/deployment-view.js';
import { EXIT, exitCodeOf } from './exit-code.js';
import type { Screen } from './screen.js';
import type { Session } from './session.js';
import { placeOf } from './show.js';

/**
 * In a step of GitHub Actions: the end as an annotation, as outputs of the step and in the summary of the job; silent
 * anywhere else. https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function announce({ env, screen, output }: Session, view: DeploymentView): void {
  if (env['GITHUB_ACTIONS'] !== 'true') return;
  const reason = view.failure
    ? `${view.failure.title}: ${view.failure.detail}. ${view.failure.hint}`
    : view.state;
  if (exitCodeOf(view) !== EXIT.done && output === 'text')
    screen.print(
      `::error title=${property(`${placeOf(view)} ${view.version} ${view.state}`)}::${message(reason)}`,
    );
  const { id, state, version } = view;
  append(screen, env['GITHUB_OUTPUT'], Object.entries({ id, state, version }).map(assignment).join(''));
  const table = ['', '| service | environment | version | state |', '| --- | --- | --- | --- |'];
  const row = `| ${view.service} | ${view.environment} | ${version} | **${state}** |`;
  const why = view.failure ? ['', quoted(reason)] : [];
  append(screen, env['GITHUB_STEP_SUMMARY'], `${[...table, row, ...why, ''].join('\n')}\n`);
}

/**
 * Runs `show` while the runner takes nothing that is printed for a command: log lines come from elsewhere and may
 * look like one.
 */
export async function withoutCommands<T>(
  { env, screen, output }: Session,
  show: () => Promise<T>,
): Promise<T> {
  if (env['GITHUB_ACTIONS'] !== 'true') return show();
  const word = randomBytes(16).toString('hex');
  const print = output === 'json' ? screen.remark : screen.print;
  print(`::stop-commands::${word}`);
  try {
    return await show();
  } finally {
    print(`::${word}::`);
  }
}

function assignment([name, value]: [string, string]): string {
  return `${name}=${value.replace(/[\r\n]/g, ' ')}\n`;
}

/** What GitHub shows besides is no reason to hide how the deployment ended. */
function append({ remark }: Screen, file: string | undefined, text: string): void {
  if (file === undefined || file === '') return;
  try {
    appendFileSync(file, text);
  } catch (error) {
    remark(`Nothing was written to ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A paragraph that Markdown shows as it is. */
function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}

function message(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return message(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

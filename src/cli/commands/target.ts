import type { Command } from 'commander';
import type { ConnectionCheck, ConnectionView } from '../../shared/contract/connection.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { harmless, type Screen, type Style } from '../screen.js';
import type { Session } from '../session.js';
import { placeOf } from '../show.js';
import { Stop } from '../stop.js';
import type { Run } from './run.js';

/** A worker looks for up to 58 s before the API gives up. */
const WITHIN_MS = 70_000;

interface TestOptions {
  readonly allowUnknown?: boolean;
}

/** `target test`. */
export function addTarget(program: Command, run: Run): void {
  const target = program.command('target').description('Look at the targets of deployments');
  target
    .command('test')
    .description('Test whether a deployment to a target could do its work; nothing is written')
    .argument('<target>', 'service/environment')
    .option('--allow-unknown', 'end with 0 also when something could not be seen')
    .action(run<[string], TestOptions>(testTarget));
}

async function testTarget(
  session: Session,
  [target]: [string],
  { allowUnknown = false }: TestOptions,
): Promise<ExitCode> {
  const { body: view } = await session
    .connect('brief')
    .call<ConnectionView>(connectionPath(target), { method: 'POST', withinMs: WITHIN_MS });
  session.answer(view, () => showConnection(view, session.screen));
  const isGood = view.verdict === 'passed' || (allowUnknown && view.verdict === 'unknown');
  return isGood ? EXIT.done : EXIT.failed;
}

function connectionPath(target: string): string {
  const [, service, environment] = /^([^/]+)\/([^/]+)$/.exec(target) ?? [];
  if (service === undefined || environment === undefined)
    throw new Stop(EXIT.invalid, `${target} is not like service/environment`);
  return `/v1/targets/${encodeURIComponent(service)}/${encodeURIComponent(environment)}/connection`;
}

const MARKS = { passed: '✔', failed: '✖', unknown: '?' } as const;
const STYLES = { passed: 'green', failed: 'red', unknown: 'yellow' } as const satisfies Record<
  ConnectionCheck['verdict'],
  Style
>;

/** Each check with what was seen, and what to do about it, then the verdict in one line. */
function showConnection(view: ConnectionView, { styled }: Pick<Screen, 'styled'>): string {
  const lines = view.checks.flatMap(({ check, verdict, seen, todo }) => [
    `${styled(MARKS[verdict], STYLES[verdict])} ${verdict.padEnd(7)}  ${harmless(`${check}: ${seen}`)}`,
    ...(todo === undefined ? [] : [`           ${harmless(todo)}`]),
  ]);
  const verdict = styled(view.verdict, 'bold', STYLES[view.verdict]);
  return [...lines, `${placeOf(view)} (${harmless(view.provider)}): ${verdict}`].join('\n');
}

import { Option, type Command } from 'commander';
import type { DeployRequest } from '../../shared/contract/deploy-request.js';
import type { DeploymentView } from '../../shared/contract/deployment-view.js';
import type { PlanView } from '../../shared/contract/plan-view.js';
import type { ApiClient } from '../api-client.js';
import { artifactOf, withArtifactOptions, type ArtifactOptions } from '../artifact-options.js';
import { awaitEnd } from '../await-end.js';
import { ciRunOf, type CiRun } from '../ci-run.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Session } from '../session.js';
import { harmless, type Screen } from '../screen.js';
import { placeOf } from '../show.js';
import { Stop } from '../stop.js';
import { submitOfRun, wasAcceptedBefore, withKeyOption, type KeyOptions } from '../submit.js';
import { waitingOf, withWaitOptions, type WaitOptions } from '../wait-options.js';
import type { Run } from './run.js';

/** Milliseconds within which a worker must have answered a dry run; the API itself gives it 30 s. */
const PLAN_WITHIN_MS = 45_000;

interface RequestOptions extends ArtifactOptions {
  readonly message?: string;
  readonly commit?: string;
  readonly onBusy?: NonNullable<DeployRequest['onBusy']>;
  readonly priority?: NonNullable<DeployRequest['priority']>;
  readonly notBefore?: string;
  readonly expiresAt?: string;
  readonly onBlocked?: NonNullable<DeployRequest['onBlocked']>;
  /** False with `--no-queue`. */
  readonly queue: boolean;
  readonly retry?: string;
}

interface DeployOptions extends RequestOptions, WaitOptions, KeyOptions {
  readonly wait?: boolean;
  readonly dryRun?: boolean;
}

/** `deploy` and `diff`. */
export function addDeploy(program: Command, run: Run): void {
  const command = program
    .command('deploy')
    .description('Deploy a version; in a pipeline the version is the tag or commit that is being built')
    .option('-w, --wait', 'wait for the end, with steps and log; the exit code says how it ended')
    .option('--dry-run', 'only show what would be done, as diff does');
  const deploy = withRequestOptions(withKeyOption(command, 'deployment'));
  withWaitOptions(deploy).action(
    run<[string, string, string | undefined], DeployOptions>(
      (session, [service, environment, version], options) =>
        options.dryRun === true
          ? showPlan(session, { service, environment, version }, options)
          : deployVersion(session, { service, environment, version }, options),
    ),
  );
  withRequestOptions(
    program.command('diff').description('Show what a deployment would change; nothing is deployed or stored'),
  ).action(
    run<[string, string, string | undefined], RequestOptions>(
      (session, [service, environment, version], options) =>
        showPlan(session, { service, environment, version }, options),
    ),
  );
}

function withRequestOptions(command: Command): Command {
  command
    .argument('<service>')
    .argument('<environment>')
    .argument('[version]', 'BEANPOD_VERSION, or what CI is building, when left out')
    .option('-m, --message <text>', 'why')
    .option('--commit <sha>', 'commit of the version; that of the CI run when left out')
    .addOption(
      new Option('--on-busy <what>', 'when the target is busy').choices(['queue', 'supersede', 'reject']),
    )
    .addOption(new Option('--priority <priority>', 'place in line').choices(['low', 'normal', 'high']))
    .addOption(new Option('--on-blocked <what>', 'when a blocker is in the way').choices(['hold', 'reject']))
    .option('--no-queue', 'end with code 5 instead of waiting, whether the target is busy or blocked')
    .option('--retry <reason>', 'why to try a version again that was rolled back on this target')
    .option('--not-before <time>', 'hold it until then, RFC 3339')
    .option('--expires-at <time>', 'end it when no worker has started it by then, RFC 3339');
  return withArtifactOptions(command);
}

type Aim = Pick<DeployRequest, 'service' | 'environment'> & { readonly version: string | undefined };

async function deployVersion(session: Session, aim: Aim, options: DeployOptions): Promise<ExitCode> {
  const client = session.connect('long');
  const ci = ciRunOf(session.env);
  const request = await requestOf(session, client, aim, options, ci);
  const { idempotencyKey } = options;
  const submission = { path: '/v1/deployments', body: request, idempotencyKey };
  const answer = await submitOfRun<DeploymentView>(client, submission, ci);
  const view = answer.body;
  const told = wasAcceptedBefore(answer) ? 'was accepted before' : 'accepted';
  session.screen.remark(
    `Deployment ${view.number} of ${view.version} to ${placeOf(view)} ${told}: ${client.url}${view.links.self}`,
  );
  if (options.wait === true) return awaitEnd(session, view, waitingOf(options, 'all'));
  session.answer(view, () => view.id);
  return EXIT.done;
}

async function showPlan(session: Session, aim: Aim, options: RequestOptions): Promise<ExitCode> {
  const client = session.connect('brief');
  const request = await requestOf(session, client, aim, options, ciRunOf(session.env));
  const { body: plan } = await client.call<PlanView>('/v1/deployments', {
    method: 'POST',
    body: { ...request, dryRun: true },
    withinMs: PLAN_WITHIN_MS,
  });
  session.answer(plan, () => planText(plan, session.screen));
  return EXIT.done;
}

function planText({ baseline, steps, rollback, lines }: PlanView, { styled }: Screen): string {
  return [
    `${styled('Runs now:', 'bold')} ${harmless(baseline)}`,
    styled('Would be done:', 'bold'),
    ...steps.map(({ title, writes }) => `  ${writes ? styled('±', 'yellow') : ' '} ${harmless(title)}`),
    ...lines.map((line) => styledDifference(harmless(line), styled)),
    `${styled('Rollback:', 'bold')} ${harmless(rollback)}`,
  ].join('\n');
}

function styledDifference(line: string, styled: Screen['styled']): string {
  if (/^\s*\+/.test(line)) return styled(line, 'green');
  return /^\s*-/.test(line) ? styled(line, 'red') : line;
}

async function requestOf(
  { env }: Session,
  client: ApiClient,
  { service, environment, version = env['BEANPOD_VERSION'] }: Aim,
  options: RequestOptions,
  ci: CiRun | undefined,
): Promise<DeployRequest> {
  const wanted = version || ci?.version;
  if (!wanted)
    throw new Stop(
      EXIT.invalid,
      'Which version? Name it, or set BEANPOD_VERSION; no CI run says what is being built',
    );
  const artifact = await artifactOf(options, client, service);
  const commit = options.commit ?? ci?.commit;
  const { message, priority, notBefore, expiresAt, retry, queue } = options;
  const { onBusy, onBlocked } = queue ? options : ({ onBusy: 'reject', onBlocked: 'reject' } as const);
  const said = { artifact, message, onBusy, onBlocked, priority, notBefore, expiresAt, retry, commit };
  return {
    service,
    environment,
    version: wanted,
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
    ...(ci && { ci: { name: ci.name, ...(ci.url !== undefined && { url: ci.url }) } }),
  };
}

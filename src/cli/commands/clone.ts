import type { Command } from 'commander';
import type { CloneView } from '../../shared/contract/clone.js';
import type { EnvironmentView } from '../../shared/contract/configuration.js';
import type { ApiClient } from '../api-client.js';
import { awaitRelease } from '../await-release.js';
import { ciRunOf } from '../ci-run.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { harmless } from '../screen.js';
import type { Session } from '../session.js';
import { Stop } from '../stop.js';
import { submit, withKeyOption, type KeyOptions } from '../submit.js';
import { duration, waitingOf, withWaitOptions, type WaitOptions } from '../wait-options.js';
import type { Run } from './run.js';

interface CloneOptions extends WaitOptions, KeyOptions {
  readonly as?: string;
  readonly ttl: number;
  readonly services?: string;
  readonly message?: string;
  readonly wait?: boolean;
  readonly ifMissing?: boolean;
}

const DAY_MS = 86_400_000;

/** `clone` and `clone end`. */
export function addClone(program: Command, run: Run): void {
  const command = program
    .command('clone')
    .description('Make an environment like another one that ends by itself; clone end ends it before')
    .argument('<environment>', 'environment to clone')
    // Not a required option: `clone end` needs none.
    .option('--as <name>', 'name of the clone')
    .option('--ttl <time>', 'how long it lives, such as 8h or 2d (1d)', duration, DAY_MS)
    .option('--services <names>', 'only these services, with commas in between')
    .option('--if-missing', 'leave a clone of this name alone that is there already')
    .option('-m, --message <text>', 'why')
    .option('-w, --wait', 'wait until its first deployments have ended; the exit code says how');
  const clone = withWaitOptions(withKeyOption(command, 'clone'), 'release').action(
    run<[string], CloneOptions>(make),
  );
  clone
    .command('end')
    .description('End a clone now, with everything that was made for it')
    .argument('<environment>', 'the clone')
    .action(run<[string]>(end));
}

async function make(session: Session, [environment]: [string], options: CloneOptions): Promise<ExitCode> {
  const { as: name, ttl: ttlMs, services, message, wait } = options;
  if (name === undefined) throw new Stop(EXIT.invalid, 'What is the clone called? Say --as <name>');
  const body = {
    name,
    ttlMs,
    ...(services !== undefined && { services: services.split(',').map((each) => each.trim()) }),
    ...(message !== undefined && { message }),
  };
  const client = session.connect('long');
  if (options.ifMissing === true && (await isThere(client, name, environment))) {
    session.screen.remark(`${name} is there already`);
    return EXIT.done;
  }
  const path = clonePath(environment);
  const about = { clone: environment, ...body };
  const submission = { path, body, about, idempotencyKey: options.idempotencyKey };
  const { body: view } = await submit<CloneView>(client, submission, ciRunOf(session.env));
  session.screen.remark(`${name} was made like ${environment} and ends at ${view.expiresAt ?? 'some time'}`);
  if (wait === true && view.release !== undefined)
    return awaitRelease(session, view.release, waitingOf(options, 'states'));
  session.answer(view, () =>
    view.services
      .map(
        ({ service, version }) =>
          `${service} ${version === undefined ? 'without a version' : harmless(version)}`,
      )
      .join('\n'),
  );
  return EXIT.done;
}

/** Whether there is such a clone of this very origin. One that ends is none: what is deployed to it would be refused. */
async function isThere(client: ApiClient, name: string, of: string): Promise<boolean> {
  try {
    const path = `/v1/environments/${encodeURIComponent(name)}`;
    const { origin, ending } = await client.get<EnvironmentView>(path);
    return origin === of && ending === undefined;
  } catch (error) {
    if (error instanceof Stop && error.problem?.status === 404) return false;
    throw error;
  }
}

async function end(session: Session, [environment]: [string]): Promise<ExitCode> {
  const { body: view } = await session
    .connect('brief')
    .call<CloneView>(clonePath(environment), { method: 'DELETE' });
  session.answer(view, () => `${environment} is being removed: beanpod environment show ${environment}`);
  return EXIT.done;
}

function clonePath(environment: string): string {
  return `/v1/environments/${encodeURIComponent(environment)}/clone`;
}

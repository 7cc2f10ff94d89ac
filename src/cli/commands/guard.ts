import { createHash } from 'node:crypto';
import { Option, type Command } from 'commander';
import type { Blocker, BlockerView } from '../../shared/contract/blocker.js';
import type { DeploymentView } from '../../shared/contract/deployment-view.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { findDeployment, pathOf } from '../find-deployment.js';
import type { Session } from '../session.js';
import { placeOf } from '../show.js';
import { Stop } from '../stop.js';
import { duration } from '../wait-options.js';
import type { Run } from './run.js';

interface LockOptions {
  readonly reason: string;
  readonly for?: number;
  readonly mode: NonNullable<Blocker['mode']>;
}

/** `approve`, `lock` and `unlock`. */
export function addGuard(program: Command, run: Run): void {
  program
    .command('approve')
    .description('Approve of a deployment that waits for people')
    .argument('<deployment>', 'id, or service/environment for the newest one there that is held')
    .option('-r, --reason <text>', 'why')
    .action(run<[string], { readonly reason?: string }>(approve));
  program
    .command('lock')
    .description('Stop deployments to a target until unlock, or for a time')
    .argument('<target>', 'service/environment')
    .requiredOption('-r, --reason <text>', 'why; shown to whoever is stopped')
    .addOption(new Option('--for <time>', 'unlock by itself after so long, such as 2h').argParser(duration))
    .addOption(
      new Option('--mode <mode>', 'let deployments wait, or refuse them')
        .choices(['hold', 'reject'])
        .default('hold'),
    )
    .action(run<[string], LockOptions>(lock));
  program
    .command('unlock')
    .description('Take a lock away; what waited for it starts')
    .argument('<target>', 'service/environment')
    .action(run<[string]>(unlock));
}

async function approve(
  session: Session,
  [which]: [string],
  { reason }: { readonly reason?: string },
): Promise<ExitCode> {
  const client = session.connect('brief');
  const { id } = await findDeployment(client, which, 'held');
  const body = reason === undefined ? {} : { reason };
  const { body: view } = await client.call<DeploymentView>(`${pathOf(id)}/approve`, { method: 'POST', body });
  session.answer(
    view,
    () => `Approved: deployment ${view.number} of ${view.version} to ${placeOf(view)} is ${view.state}`,
  );
  return EXIT.done;
}

async function lock(
  session: Session,
  [target]: [string],
  { reason, for: forMs, mode }: LockOptions,
): Promise<ExitCode> {
  const { service, environment } = readTarget(target);
  const blocker: Blocker = {
    rule: { type: 'unconditional' },
    scope: { services: [service], environments: [environment] },
    reason,
    mode,
    ...(forMs !== undefined && { expiresAt: new Date(Date.now() + forMs).toISOString() }),
  };
  const client = session.connect('brief');
  const { body: view } = await client.call<BlockerView>(lockPath(target), { method: 'PUT', body: blocker });
  const until = view.expiresAt === undefined ? `until: beanpod unlock ${target}` : `until ${view.expiresAt}`;
  session.answer(view, () => `${target} is locked ${until}`);
  return EXIT.done;
}

async function unlock(session: Session, [target]: [string]): Promise<ExitCode> {
  readTarget(target);
  await session.connect('brief').call(lockPath(target), { method: 'DELETE' });
  session.answer({ unlocked: target }, () => `${target} is unlocked`);
  return EXIT.done;
}

function readTarget(said: string): { readonly service: string; readonly environment: string } {
  const [, service, environment] = /^([^/]+)\/([^/]+)$/.exec(said) ?? [];
  if (service === undefined || environment === undefined)
    throw new Stop(EXIT.invalid, `${said} is not like service/environment`);
  return { service, environment };
}

/** One lock for each target: a blocker whose name follows from the target's. Both names together may be too long for one. */
function lockPath(target: string): string {
  return `/v1/blockers/lock-${createHash('sha256').update(target).digest('hex').slice(0, 20)}`;
}

import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { DeploymentView } from '../../shared/contract/deployment-view.js';
import { awaitEnd } from '../await-end.js';
import { ciRunOf, keyOfRun } from '../ci-run.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { findDeployment, pathOf } from '../find-deployment.js';
import type { Session } from '../session.js';
import { placeOf } from '../show.js';
import { waitingOf, withWaitOptions, type WaitOptions } from '../wait-options.js';
import type { Run } from './run.js';

interface ChangeOptions extends WaitOptions {
  readonly reason?: string;
  readonly wait?: boolean;
}

type Verb = 'cancel' | 'rollback' | 'redeploy';

/** `cancel`, `rollback` and `redeploy`. */
export function addChange(program: Command, run: Run): void {
  const define = (verb: Verb, description: string, which: string) =>
    withWaitOptions(
      program
        .command(verb)
        .description(description)
        .argument('<deployment>', which)
        .option('-w, --wait', 'wait for the end, with steps and log; the exit code says how it ended'),
    );
  define(
    'cancel',
    'Stop a deployment; what it wrote is rolled back',
    'id, or service/environment for the newest one there',
  )
    .option('-r, --reason <text>', 'why')
    .action(change(run, 'cancel'));
  define(
    'rollback',
    'Deploy again what ran before a deployment',
    'id, or service/environment for the newest one there that succeeded',
  )
    .requiredOption('-r, --reason <text>', 'why')
    .action(change(run, 'rollback'));
  define(
    'redeploy',
    'Deploy exactly what a deployment deployed once more',
    'id, or service/environment for the newest one there',
  )
    .option('-r, --reason <text>', 'why')
    .action(change(run, 'redeploy'));
}

function change(run: Run, verb: Verb): ReturnType<Run> {
  return run<[string], ChangeOptions>(async (session, [which], options): Promise<ExitCode> => {
    const client = session.connect('long');
    const { id } = await findDeployment(client, which, verb === 'rollback' ? 'succeeded' : undefined);
    const { reason } = options;
    const ci = ciRunOf(session.env);
    const { body: view } = await client.call<DeploymentView>(`${pathOf(id)}/${verb}`, {
      method: 'POST',
      body: { ...(reason !== undefined && { reason }) },
      // By what was said, not by the id that it stands for now: a rollback is itself the newest success afterwards.
      headers: { 'idempotency-key': ci ? keyOfRun(ci, { verb, which, reason }) : randomUUID() },
    });
    if (options.wait === true && !view.terminal) return awaitEnd(session, view, waitingOf(options, 'all'));
    return tell(session, view, verb);
  });
}

function tell(session: Session, view: DeploymentView, verb: Verb): ExitCode {
  const { id, number, version } = view;
  const words =
    verb === 'cancel'
      ? `Deployment ${number} ${view.terminal ? 'is cancelled' : 'stops at the next safe point'}`
      : `Deployment ${number} of ${version} to ${placeOf(view)} accepted`;
  session.screen.remark(`${words}: beanpod wait ${id}`);
  session.answer(view, () => id);
  return EXIT.done;
}

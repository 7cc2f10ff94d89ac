import type { DeploymentView } from '../shared/contract/deployment-view.js';
import type { JournalLine } from '../shared/contract/journal-page.js';
import { createBoard } from './board.js';
import { pathOf } from './find-deployment.js';
import { EXIT, exitCodeOf, type ExitCode } from './exit-code.js';
import { followJournal } from './follow-journal.js';
import { announce, withoutCommands } from './github.js';
import type { Session } from './session.js';
import { showEnd, showLine } from './show.js';
import { Stop } from './stop.js';

/** How somebody waits. */
export interface Waiting {
  /** Which lines of the journal are shown. */
  readonly lines: 'all' | 'states' | 'none';
  /** Milliseconds after which the process leaves; the deployment goes on. */
  readonly timeoutMs?: number | undefined;
  /** Whether leaving by Ctrl-C also stops the deployment. */
  readonly cancelOnInterrupt?: boolean | undefined;
}

/**
 * Shows a deployment until it has ended, however often the API goes away meanwhile. Answers the exit code; throws a
 * `Stop` when the process has to leave before.
 */
export async function awaitEnd(session: Session, view: DeploymentView, waiting: Waiting): Promise<ExitCode> {
  const ended = await withoutCommands(session, () => watch(session, view, waiting)).catch(
    async (error: unknown) => {
      const { interrupted } = session;
      if (!interrupted.aborted || error !== interrupted.reason) throw error;
      throw waiting.cancelOnInterrupt === true ? await cancelled(session, view.id) : detached(view);
    },
  );
  announce(session, ended);
  session.answer(ended, () => showEnd(ended, session.screen));
  return exitCodeOf(ended);
}

async function watch(session: Session, view: DeploymentView, waiting: Waiting): Promise<DeploymentView> {
  const { screen, output } = session;
  const late = new AbortController();
  const timer =
    waiting.timeoutMs === undefined
      ? undefined
      : setTimeout(() => late.abort(leftBehind(view)), waiting.timeoutMs);
  const signal = AbortSignal.any([late.signal, session.interrupted]);
  const client = session.connect('long', signal);
  const board =
    screen.live && output === 'text'
      ? createBoard(screen, view, () => client.get(pathOf(view.id)))
      : undefined;
  const print = output === 'json' ? screen.remark : screen.print;
  try {
    for await (const line of followJournal({ client, id: view.id, after: 0, signal })) {
      if (isWanted(line, waiting.lines, screen.live)) print(showLine(line, screen));
      if (line.kind === 'event') board?.refresh();
    }
    return await client.get<DeploymentView>(pathOf(view.id));
  } finally {
    clearTimeout(timer);
    board?.close();
  }
}

/** On a live screen the steps are drawn, and nobody wants to see the rest of the small print. */
function isWanted({ kind, level, code = '' }: JournalLine, lines: Waiting['lines'], live: boolean): boolean {
  if (lines === 'none') return false;
  if (lines === 'states') return kind === 'event' && code.startsWith('deployment.') && level !== 'debug';
  return !live || level !== 'debug';
}

function leftBehind({ id, number }: DeploymentView): Stop {
  return new Stop(
    EXIT.timeout,
    `The time is up. Deployment ${number} goes on; wait for its end with: beanpod wait ${id}`,
  );
}

function detached({ id, number }: DeploymentView): Stop {
  return new Stop(
    EXIT.interrupted,
    `Detached. Deployment ${number} goes on; see it with: beanpod wait ${id}, stop it with: beanpod cancel ${id}`,
  );
}

async function cancelled(session: Session, id: string): Promise<Stop> {
  const client = session.connect('brief', AbortSignal.timeout(30_000));
  const reason = 'Interrupted by Ctrl-C or by CI';
  await client.call(`${pathOf(id)}/cancel`, { method: 'POST', body: { reason } });
  return new Stop(
    EXIT.interrupted,
    `Interrupted. Cancelling ${id}; what was written is rolled back: beanpod wait ${id}`,
  );
}

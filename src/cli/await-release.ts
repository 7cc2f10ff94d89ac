import type { DeploymentView } from '../shared/contract/deployment-view.js';
import type { ReleaseView } from '../shared/contract/release.js';
import type { ApiClient } from './api-client.js';
import type { Waiting } from './await-end.js';
import { EXIT, exitCodeOf, exitCodeOfRelease, type ExitCode } from './exit-code.js';
import { pathOf } from './find-deployment.js';
import { pause } from './patience.js';
import { harmless } from './screen.js';
import type { Session } from './session.js';
import { placeOf, showTable } from './show.js';
import { Stop } from './stop.js';

/** Between two looks at a release, in milliseconds. */
const LOOK_MS = 2_000;

type Member = ReleaseView['members'][number];

/** Path of a release. */
export function releasePath(id: string): string {
  return `/v1/releases/${encodeURIComponent(id)}`;
}

/**
 * Prints each new state of each member until the release has ended, however often the API goes away meanwhile. Answers
 * the exit code; throws a `Stop` when the process has to leave before.
 */
export async function awaitRelease(session: Session, id: string, waiting: Waiting): Promise<ExitCode> {
  const late = AbortSignal.timeout(waiting.timeoutMs ?? 2 ** 31 - 1);
  const signal = AbortSignal.any([late, session.interrupted]);
  try {
    const client = session.connect('long', signal);
    const ended = await watch(session, client, id, { ...waiting, signal });
    const code = exitCodeOfRelease(ended, await codesOf(client, ended));
    session.answer(ended, () => showRelease(ended));
    return code;
  } catch (error) {
    if (session.interrupted.aborted) throw await left(session, id, waiting);
    if (!late.aborted) throw error;
    throw new Stop(
      EXIT.timeout,
      `The time is up. The release goes on; wait for its end with: beanpod release wait ${id}`,
    );
  }
}

async function watch(
  { screen, output }: Session,
  client: ApiClient,
  id: string,
  { lines, signal }: Waiting & { readonly signal: AbortSignal },
): Promise<ReleaseView> {
  const seen = new Map<string, string>();
  const print = output === 'json' ? screen.remark : screen.print;
  for (;;) {
    const release = await client.get<ReleaseView>(releasePath(id));
    for (const member of release.members) {
      const place = placeOf(member);
      const state = member.rollbackState === undefined ? member.state : `rollback ${member.rollbackState}`;
      if (seen.get(place) === state) continue;
      seen.set(place, state);
      if (lines !== 'none') print(`${place} ${member.version}: ${state}`);
    }
    if (release.terminal) return release;
    await pause(LOOK_MS, signal);
  }
}

/**
 * Exit codes of the members that did not succeed. Whether a failed one has written is told by its deployment alone; of
 * one whose record is gone nobody knows, so that it may have.
 */
async function codesOf(client: ApiClient, { members }: ReleaseView): Promise<readonly ExitCode[]> {
  const codes: ExitCode[] = [];
  for (const { deployment, state } of members)
    if (state === 'gone') codes.push(EXIT.leftChanged);
    else if (deployment !== undefined && state !== 'succeeded')
      codes.push(exitCodeOf(await client.get<DeploymentView>(pathOf(deployment))));
  return codes;
}

async function left(session: Session, id: string, { cancelOnInterrupt }: Waiting): Promise<Stop> {
  if (cancelOnInterrupt !== true)
    return new Stop(
      EXIT.interrupted,
      `Detached. The release goes on; see it with: beanpod release wait ${id}, stop it with: beanpod release cancel ${id}`,
    );
  const client = session.connect('brief', AbortSignal.timeout(30_000));
  const reason = 'Interrupted by Ctrl-C or by CI';
  await client.call(`${releasePath(id)}/cancel`, { method: 'POST', body: { reason } });
  return new Stop(
    EXIT.interrupted,
    `Interrupted. What is under way is cancelled; see it with: beanpod release wait ${id}`,
  );
}

/** A release with a line for each member. */
export function showRelease({ id, state, message, members }: ReleaseView): string {
  const head = `${state}: release ${id}${message === undefined ? '' : `, ${harmless(message)}`}`;
  return [head, ...showTable(members.map(rowOf)).map((line) => `  ${line}`)].join('\n');
}

function rowOf(member: Member): readonly string[] {
  const { version, state, rollbackState, refused, rollbackRefused, deployment = '' } = member;
  const back = rollbackState === undefined ? '' : `, rollback ${rollbackState}`;
  const why = rollbackRefused ?? refused ?? deployment;
  return [placeOf(member), version, `${state}${back}`, harmless(why)];
}

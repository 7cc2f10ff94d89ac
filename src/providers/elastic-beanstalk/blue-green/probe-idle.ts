import { failure } from '../../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { assessHealth } from '../assessment.js';
import type { Rollout } from '../rollout.js';
import type { Turnover } from './pair.js';
import { onIdle } from './on-idle.js';

// Right after a deployment an application may need a moment.
const MOST_BAD_ANSWERS = 4;
const TRY_MS = 5_000;
const LONGEST_ANSWER = 64 * 1024;

/** Verifies the new version on the own URL of the idle environment, before it has any traffic. */
export function probeIdle(turnover: Turnover): readonly Step[] {
  const { probe } = turnover.live.target.blueGreen ?? {};
  const { idleName } = turnover;
  const health: Step = {
    id: 'verify-idle',
    title: `Verify that ${idleName} is healthy`,
    writes: false,
    deadlineMs: 900_000,
    run: onIdle(turnover, (turn, idle) => assessHealth(turn, idle)),
  };
  if (probe === undefined) return [health];
  return [
    health,
    {
      id: 'probe-idle',
      title: `Ask ${idleName} on its own URL for ${probe.path}`,
      writes: false,
      deadlineMs: 900_000,
      run: onIdle(turnover, ask),
    },
  ];
}

async function ask(turn: Turn, idle: Rollout): Promise<Outcome> {
  const { target, watch } = idle;
  const address = (await watch.environment(turn.signal))?.address;
  if (address === undefined) return wait(10_000, `${target.environment} has no URL yet`);
  const url = `http://${address}${target.blueGreen?.probe?.path ?? '/'}`;
  const complaint = await complaintAbout(url, turn, idle);
  if (complaint === undefined) {
    turn.say(`${url} answers well`);
    return done;
  }
  const bad = Number(turn.intent ?? 0) + 1;
  if (bad >= MOST_BAD_ANSWERS) return failed(failure('eb.probe-failed', `${url} ${complaint}.`));
  await turn.intend(String(bad));
  return wait(10_000, `${url} ${complaint} (${bad} of ${MOST_BAD_ANSWERS})`);
}

/** `undefined` when the answer is as it must be. */
async function complaintAbout(
  url: string,
  turn: Turn,
  { release, target }: Rollout,
): Promise<string | undefined> {
  const { status = [200], bodyIncludes } = target.blueGreen?.probe ?? {};
  const signal = AbortSignal.any([turn.signal, AbortSignal.timeout(TRY_MS)]);
  try {
    const reply = await fetch(url, { signal, redirect: 'manual' });
    const text = await beginning(reply);
    if (!status.includes(reply.status)) return `answered ${reply.status} instead of ${status.join(' or ')}`;
    const wanted = bodyIncludes?.replaceAll('{version}', release.version);
    return wanted === undefined || text.includes(wanted) ? undefined : `does not contain "${wanted}"`;
  } catch (error) {
    if (turn.signal.aborted) throw error;
    return `cannot be reached (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** The first 64 KiB; an answer without an end must not fill the memory. */
async function beginning(reply: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of reply.body ?? []) {
    chunks.push(chunk as Uint8Array);
    size += (chunk as Uint8Array).byteLength;
    if (size >= LONGEST_ANSWER) break;
  }
  return Buffer.concat(chunks).subarray(0, LONGEST_ANSWER).toString('utf8');
}

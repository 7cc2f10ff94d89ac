import type { Progress } from '../shared/domain/deployment.js';
import { failure } from '../shared/domain/failures.js';
import { failed, type Outcome } from '../shared/domain/outcome.js';
import { isEnded, isProven, type Hold, type News } from '../shared/domain/state.js';
import { collectEvidence } from './evidence.js';
import { entry, narrate } from './narrate.js';
import { backOff, lateFailure, limitOf, MOST_CRASHES, queueTimeLeft } from './patience.js';
import { pause } from './pause.js';
import { createPerformer, type Performer } from './perform.js';
import { keyOf, titleOf, type Piece } from './piece.js';
import type { Drive } from './run-deps.js';
import { LeaseLost } from './scribe.js';

/**
 * How long the first look of a run may take although the deadline has passed, in milliseconds: nobody may have worked for
 * a long time, and what was waited for may have come meanwhile.
 */
const FIRST_LOOK_MS = 10_000;

/**
 * A simulated cloud may be faster than real ones, the machine that talks to it is not: a tempo makes no deadline shorter
 * than this, in milliseconds of real time.
 */
const SHORTEST_MS = 5_000;

type Lack = Extract<Awaited<ReturnType<Performer['prepare']>>, { said: 'wait' }>;

/** What is told while a session waits for something, and when that took too long. */
const LACKS = {
  secrets: { waiting: 'secrets.waiting', late: 'secrets.unavailable' },
  images: { waiting: 'images.waiting', late: 'image.unavailable' },
} as const;

/** What to do next: take news, or look again later. */
type Next =
  | { readonly news: News; readonly piece?: Piece }
  | { readonly waitMs: number }
  | { readonly because: readonly Hold[] };

/**
 * The one loop of a deployment: look at the state, do its piece, store what came of it, wait where it asks to wait.
 * Returns when the deployment has ended or the run must stop. All waiting of a worker happens here.
 */
export async function drive(run: Drive): Promise<void> {
  const performer = createPerformer(run);
  try {
    if (run.poisoned) await heedNews(run, performer, { news: poison() });
    while (!isEnded(run.ledger.state) && !run.halt.aborted) {
      const next = await decide(run, performer);
      if (run.halt.aborted && !('news' in next)) return;
      if ('because' in next) {
        if (await giveBack(run, next.because)) return;
      } else if ('news' in next) await heedNews(run, performer, next);
      else await pause(run, performer, next.waitMs * run.deps.tempo);
    }
  } finally {
    await performer.close();
  }
}

async function decide(run: Drive, performer: Performer): Promise<Next> {
  const { ledger } = run;
  const { state, cancel } = ledger;
  if (cancel && state.name !== 'rolling_back' && !isProven(state)) {
    return { news: fail(failure('deployment.cancelled', `${cancel.by} cancelled it: ${cancel.reason}`)) };
  }
  if (state.name === 'queued') return { news: { kind: 'claimed' } };
  try {
    const ready = await performer.prepare();
    if (ready.said === 'failed') return { news: fail(ready.failure) };
    if (ready.said === 'wait') return heedLack(run, performer, ready);
    const { piece } = ready;
    const because = await holdsBefore(run, piece);
    if (because.length > 0) return { because };
    const left = timeLeft(run, piece);
    if (left <= 0 && performer.looked)
      return { news: fail(lateFailure(state, titleOf(piece), performer.lastBecause)), piece };
    performer.looked = true;
    const answer = await performer.perform(piece, left > 0 ? left : FIRST_LOOK_MS);
    return 'kind' in answer ? { news: answer, piece } : await heed(run, performer, piece, answer);
  } catch (error) {
    return await stumble(run, error);
  }
}

/** What has come to hold a deployment since it lined up; asked before the first write alone. */
async function holdsBefore({ deps, ledger, heartbeat }: Drive, piece: Piece): Promise<readonly Hold[]> {
  const { state, id, request } = ledger;
  if (state.name !== 'deploying' || state.wrote || piece.kind !== 'step' || !piece.step.writes) return [];
  return deps.holds({ id, request }, heartbeat.now());
}

/** Gives the deployment back, held; answers false when it is to be cancelled instead. */
async function giveBack(
  { deps, ledger, heartbeat, input, logger }: Drive,
  because: readonly Hold[],
): Promise<boolean> {
  const held = await ledger.hold(because, queueTimeLeft(ledger.request, input.policy, heartbeat.now()));
  if (held.said === 'cancelling') {
    await heartbeat.beat();
    return false;
  }
  for (const offer of held.offers) deps.offer(offer);
  logger.info('deployment held', { because: because[0]?.text });
  return true;
}

/** What may come by itself is waited for as long as the piece may take that needs it. */
function heedLack(run: Drive, performer: Performer, { forMs, because, lacks }: Lack): Next {
  const { late, waiting } = LACKS[lacks];
  const left = timeLeft(run, undefined);
  if (left <= 0) return { news: fail(failure(late, because)) };
  if (performer.lastBecause !== because) run.ledger.say(entry(waiting, { because }));
  performer.lastBecause = because;
  return { waitMs: Math.max(1, Math.min(forMs, left)) };
}

async function heed(run: Drive, performer: Performer, piece: Piece, outcome: Outcome): Promise<Next> {
  if (outcome.said !== 'wait') return { news: { kind: 'said', outcome }, piece };
  if (performer.lastBecause !== outcome.because) {
    performer.lastBecause = outcome.because;
    const stage = piece.kind === 'stage' ? { stage: piece.stage } : {};
    const data = { step: keyOf(piece), title: titleOf(piece), because: outcome.because, ...stage };
    run.ledger.say(entry(piece.kind === 'stage' ? 'stage.waiting' : 'step.waiting', data, keyOf(piece)));
  }
  if (run.ledger.progress.crashes > 0) await run.ledger.keep({ crashes: 0 });
  return { waitMs: Math.max(1, Math.min(outcome.forMs, timeLeft(run, piece))) };
}

/** An error that no provider code explained: tried again with growing pauses, then a failure. */
async function stumble(run: Drive, error: unknown): Promise<Next> {
  if (error instanceof LeaseLost || run.abandon.aborted) throw error;
  const crashes = run.ledger.progress.crashes + 1;
  const said = run.deps.redact(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  run.logger.warn('step crashed', {
    crashes,
    error: said,
    stack: error instanceof Error ? error.stack : undefined,
  });
  if (crashes >= MOST_CRASHES) return { news: fail(failure('internal.step-crashed', said)) };
  run.ledger.say(entry('step.crashed', { title: run.ledger.state.name, crashes, error: said }));
  await run.ledger.keep({ crashes });
  return { waitMs: backOff(crashes) };
}

async function heedNews(
  run: Drive,
  performer: Performer,
  next: { news: News; piece?: Piece },
): Promise<void> {
  const { ledger } = run;
  const { news, piece } = next;
  const before = ledger.state;
  const found = performer.takeFindings();
  const after = ledger.foresee(news, found.progress);
  let seen: Partial<Progress> = {};
  const isGivenUp = news.kind === 'said' && news.outcome.said === 'failed' && !isProven(after);
  if (isGivenUp && 'wrote' in before && before.wrote) {
    seen = await collectEvidence(run, performer, news.outcome.failure);
  }
  const findings = { ...found.progress, ...seen };
  for (const line of found.entries) ledger.say(line);
  const progress = { ...ledger.progress, ...findings };
  for (const line of narrate({
    before,
    after,
    news,
    piece,
    request: ledger.request,
    progress,
    cancel: ledger.cancel,
  }))
    ledger.say(line);
  performer.lastBecause = undefined;
  performer.looked = false;
  await ledger.take(news, findings, found.baseline);
  run.logger.info('deployment moved', { from: before.name, to: ledger.state.name });
}

function timeLeft(run: Drive, piece: Piece | undefined): number {
  const { state, progress } = run.ledger;
  const limit = limitOf(
    state,
    piece?.kind === 'step' ? piece.step : undefined,
    run.input.policy,
    run.input.verify,
  );
  const { tempo } = run.deps;
  const longEnough = Math.max(limit, Math.min(limit, SHORTEST_MS) / tempo);
  return longEnough - (run.heartbeat.now() - progress.since) / tempo;
}

function poison(): News {
  return fail(failure('deployment.poison', 'Three workers in a row were lost at this point'));
}

function fail(why: Parameters<typeof failed>[0]): News {
  return { kind: 'said', outcome: failed(why) };
}

import type { EventCode, EventData } from '../shared/domain/events.js';
import type { Progress, Request } from '../shared/domain/deployment.js';
import type { News, State } from '../shared/domain/state.js';
import type { Entry } from '../shared/store/entries.js';
import { keyOf, titleOf, type Piece } from './piece.js';

interface Happening {
  readonly before: State;
  readonly after: State;
  readonly news: News;
  readonly piece: Piece | undefined;
  readonly request: Request;
  readonly progress: Progress;
}

/** The events that tell what just happened, in the order in which a person wants to read them. Pure. */
export function narrate(happening: Happening): readonly Entry[] {
  const entries = [...endOfPiece(happening)];
  const { before, after } = happening;
  if (after.name !== before.name) entries.push(arrival(happening));
  else if (after.name === 'verifying' && before.name === 'verifying' && after.stage !== before.stage) {
    entries.push(entry('deployment.verifying', { stage: after.stage }));
  }
  entries.push(...startOfStep(happening));
  return entries;
}

function endOfPiece({ news, piece }: Happening): readonly Entry[] {
  if (news.kind !== 'said' || !piece || news.outcome.said === 'wait') return [];
  const about = {
    step: keyOf(piece),
    title: titleOf(piece),
    ...(piece.kind === 'stage' && { stage: piece.stage }),
  };
  const kind = piece.kind === 'stage' ? 'stage' : 'step';
  if (news.outcome.said === 'failed') {
    const { code, detail } = news.outcome.failure;
    return [entry(`${kind}.failed`, { ...about, code, detail }, about.step)];
  }
  return [entry(kind === 'stage' ? 'stage.passed' : 'step.done', about, about.step)];
}

function arrival({ after, request, progress }: Happening): Entry {
  const code: EventCode = `deployment.${after.name === 'queued' ? 'offered' : after.name}`;
  return entry(code, {
    version: request.version,
    baseline: progress.baseline ?? 'what ran before',
    ...('stage' in after && { stage: after.stage }),
    ...reasonOf(after),
  });
}

function reasonOf(state: State): EventData {
  if (state.name === 'rollback_failed') {
    const { code, detail, hint } = state.failure;
    return { code, detail, hint, cause: state.cause.detail };
  }
  const why = 'failure' in state ? state.failure : 'cause' in state ? state.cause : undefined;
  if (!why) return {};
  const blocked = state.name === 'failed' ? state.noRollback : undefined;
  return {
    code: why.code,
    detail: why.detail,
    hint: why.hint,
    ...(blocked && { noRollback: `${blocked.title}: ${blocked.detail}` }),
  };
}

function startOfStep({ before, after, progress }: Happening): readonly Entry[] {
  if (after.name !== 'deploying' && after.name !== 'rolling_back') return [];
  if (after.name === before.name && after.step === before.step) return [];
  const [steps, direction] =
    after.name === 'deploying' ? [progress.forward, 'forward'] : [progress.back, 'back'];
  const step = steps[after.step];
  return step ? [entry('step.started', { step: step.id, title: step.title }, `${direction}:${step.id}`)] : [];
}

/** An event of the catalogue as a journal entry. */
export function entry(code: EventCode, data: EventData, step?: string): Entry {
  return { code, data, ...(step !== undefined && { step }) };
}

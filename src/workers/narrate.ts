import type { EventCode, EventData } from '../shared/domain/events.js';
import type { CancelWish, Progress, Request } from '../shared/domain/deployment.js';
import { resultOf } from '../shared/domain/groups.js';
import { isEnded, type News, type Stage, type State } from '../shared/domain/state.js';
import type { Entry } from '../shared/store/entries.js';
import { keyOf, titleOf, type Piece } from './piece.js';

const SETTLE = keyOf({ kind: 'stage', stage: 'settle' });

interface Happening {
  readonly before: State;
  readonly after: State;
  readonly news: News;
  readonly piece: Piece | undefined;
  readonly request: Request;
  readonly progress: Progress;
  readonly cancel: CancelWish | undefined;
}

/** The events that tell what just happened, in the order in which a person wants to read them. Pure. */
export function narrate(happening: Happening): readonly Entry[] {
  const entries = [...endOfPiece(happening)];
  const { before, after } = happening;
  if (after.name === 'succeeded') entries.push(...reservations(happening));
  if (isEnded(after)) entries.push(...endOfGroups(happening));
  if (after.name !== before.name) entries.push(arrival(happening));
  else if (after.name === 'verifying' && before.name === 'verifying' && after.stage !== before.stage) {
    entries.push(stageBegun(after.stage, happening));
  }
  entries.push(...startOfStep(happening));
  return entries;
}

function stageBegun(stage: Stage, { request: { version } }: Happening): Entry {
  return stage === 'settle'
    ? entry('deployment.settling', { stage, version })
    : entry('deployment.verifying', { stage });
}

/** What became of each group; told before the end, which comes last. */
function endOfGroups({ after, progress: { groups = [] } }: Happening): readonly Entry[] {
  return groups.map((group) => {
    const result = resultOf(after, group);
    const said = result.replace('_', ' ');
    const detail = group.because === undefined ? said : `${said}; ${group.because}`;
    return entry('group.ended', { group: group.name, result, detail });
  });
}

/** What must be told beside a success. */
function reservations({ after, request: { version }, cancel }: Happening): readonly Entry[] {
  const why = after.name === 'succeeded' ? after.unsettled : undefined;
  return [
    ...(why
      ? [entry('settle.failed', { code: why.code, detail: why.detail, hint: why.hint, version }, SETTLE)]
      : []),
    ...(cancel ? [entry('deployment.cancel-late', { by: cancel.by, version })] : []),
  ];
}

/** How the piece ended. That the clean-up of a proven version failed is told beside its success. */
function endOfPiece({ news, piece }: Happening): readonly Entry[] {
  if (news.kind !== 'said' || !piece || news.outcome.said === 'wait') return [];
  const about = {
    step: keyOf(piece),
    title: titleOf(piece),
    ...(piece.kind === 'stage' && { stage: piece.stage }),
  };
  const kind = piece.kind === 'stage' ? 'stage' : 'step';
  if (news.outcome.said === 'failed') {
    if (about.step === SETTLE) return [];
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

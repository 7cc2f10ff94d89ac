import type { CancelWish, Deployment, Progress, Request } from '../shared/domain/deployment.js';
import {
  advance,
  type Course,
  type Hold,
  type News,
  type Stage,
  type State,
  type StateName,
} from '../shared/domain/state.js';
import type { Offer } from '../shared/store/offers.js';
import type { Entry } from '../shared/store/entries.js';
import type { Scribe } from './scribe.js';

const LOOK_AGAIN_MS = 2_000;

interface LedgerDeps {
  readonly deployment: Deployment;
  readonly stages: readonly Stage[];
  readonly rollback: 'auto' | 'never';
  readonly scribe: Pick<Scribe, 'say' | 'save' | 'hold'>;
  now(): number;
  offer(offer: Offer): void;
  /** Told when a state was left for good, with the time that the deployment spent in it. */
  left?(state: StateName, ms: number): void;
}

/** The one owner of a deployment's state while it runs: every change is stored before anybody acts on it. */
export interface Ledger {
  readonly id: string;
  readonly request: Request;
  readonly state: State;
  readonly progress: Progress;
  readonly cancel: CancelWish | undefined;
  wish(cancel: CancelWish): void;
  say(entry: Entry): void;
  /** What the state would be after these news, and with what was found out besides. */
  foresee(news: News, more?: Partial<Progress>): State;
  /** Advances and stores. `more` is what was found out besides. */
  take(news: News, more?: Partial<Progress>, baseline?: unknown): Promise<void>;
  /** Gives the deployment back before its first write; it lines up again from the beginning when it is clear. */
  hold(because: readonly Hold[], expiresInMs: number): ReturnType<Scribe['hold']>;
  /** Stores without advancing. */
  keep(more: Partial<Progress>): Promise<void>;
}

/** `now` is the clock of Redis. `stages` are the proofs; they and `rollback` come from the frozen policy of the deployment. */
export function createLedger({ deployment, stages, rollback, scribe, now, offer, left }: LedgerDeps): Ledger {
  let { state, progress, cancel } = deployment;

  function course(more: Partial<Progress> = {}): Course {
    const { forward, back, noRollback, settles } = { ...progress, ...more };
    return {
      forward: forward.length,
      back: back.length,
      stages: settles ? [...stages, 'settle'] : stages,
      rollback: rollback === 'auto' ? (noRollback ?? 'auto') : rollback,
    };
  }

  async function store(next: State, more: Partial<Progress>, baseline?: unknown): Promise<void> {
    const further = placeOf(next) !== placeOf(state);
    const [before, { entered }, at] = [state.name, progress, now()];
    progress = {
      ...progress,
      ...(further && { since: at, crashes: 0 }),
      ...(next.name !== before && { entered: at }),
      ...more,
    };
    state = next;
    const saved = await scribe.save({
      state,
      progress,
      further,
      ...(baseline !== undefined && { baseline }),
    });
    if (next.name !== before && entered !== undefined) left?.(before, at - entered);
    for (const each of saved.offers) offer(each);
  }

  return {
    id: deployment.id,
    request: deployment.request,
    get state() {
      return state;
    },
    get progress() {
      return progress;
    },
    get cancel() {
      return cancel;
    },
    wish(wanted) {
      cancel ??= wanted;
    },
    say: (entry) => scribe.say(entry),
    foresee: (news, more) => advance(state, news, course(more)),
    async take(news, more = {}, baseline) {
      await store(advance(state, news, course(more)), more, baseline);
    },
    hold: (because, expiresInMs) => scribe.hold({ because, againMs: LOOK_AGAIN_MS, expiresInMs }),
    keep: (more) => store(state, more),
  };
}

/** Two states with the same place count as no progress between them. */
function placeOf(state: State): string {
  const step = 'step' in state ? state.step : '';
  return `${state.name}/${step}/${'stage' in state ? state.stage : ''}`;
}

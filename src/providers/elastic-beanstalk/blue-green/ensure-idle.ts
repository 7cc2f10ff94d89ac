import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { attribute } from '../attribution.js';
import type { Environment } from '../environment.js';
import { explain, isExpired, isRefusal, isTaken } from '../failures.js';
import { foreignChange } from '../foreign-change.js';
import { readSendNote, type SendNote } from '../intent-note.js';
import { titlesOf } from '../options/option.js';
import { wantedOptions } from '../options/wanted.js';
import { withoutValues } from '../options/without-values.js';
import { SAMPLE_APPLICATION } from '../rollback-target.js';
import type { Rollout, Site } from '../rollout.js';
import { STAMP_TAG } from '../clone/stamp.js';
import { configurationName, differences, surplus } from './idle-configuration.js';
import { siteFor, type Turnover } from './pair.js';

// An environment becomes visible, and an update becomes Updating, some seconds after the call.
const LOST_AFTER_MS = 30_000;
const MOST_TRIES = 3;

/** Makes the idle environment from the configuration of the live one, or gives it that configuration. */
export function ensureIdle(turnover: Turnover): Step {
  const { live, idleName } = turnover;
  return {
    id: 'ensure-idle',
    title: `Configure ${idleName} as ${live.target.environment}`,
    writes: true,
    deadlineMs: 900_000,
    run: (turn) => run(turn, turnover),
  };
}

async function run(turn: Turn, turnover: Turnover): Promise<Outcome> {
  const site = siteFor(turnover.pair, turnover.idleName);
  const environment = await site.watch.environment(turn.signal);
  const note = readSendNote(turn.intent);
  const isFresh = isUnderWay(turn, site, note);
  if (environment === undefined) {
    return isFresh
      ? wait(5_000, `looking whether ${turnover.idleName} is being made`)
      : await makeIdle(turn, turnover, site, note);
  }
  // From here on it is for the next step to see what came of it.
  if (environment.status !== 'Ready' && note !== undefined) return done;
  if (environment.status !== 'Ready') return wait(15_000, `it is ${environment.status.toLowerCase()}`);
  if (environment.cname === turnover.pair.cname) {
    return foreignChange(turnover.live, `${environment.name} holds ${turnover.pair.cname} by now.`);
  }
  if (isFresh) return wait(5_000, 'looking whether the configuration was accepted');
  return await configure(turn, turnover, { site, environment, note });
}

/** Whether a call that was sent may still show its effect. */
export function isUnderWay(turn: Turn, { memory }: Site, note: SendNote | undefined): boolean {
  return note !== undefined && turn.intentAgeMs < LOST_AFTER_MS && !memory.refused;
}

/** Makes the idle environment from the configuration of the live one; `site` is its own. */
export async function makeIdle(
  turn: Turn,
  { live, idleName, stamp }: Turnover,
  site: Site,
  note: SendNote | undefined,
): Promise<Outcome> {
  const { application, environment: liveName } = live.target;
  const { label } = live.baseline;
  const template = configurationName(site.release.deploymentId);
  await intend(turn, { anchorMs: live.baseline.anchorMs, made: true }, note);
  await saveLive(turn, live, template);
  const outcome = await sendOnce(site, () =>
    site.eb.createEnvironment(
      {
        application,
        name: idleName,
        template,
        description: `Made by Beanpod ${stamp === undefined ? 'to take turns with' : 'as a clone of'} ${liveName}`,
        options: wantedOptions(site.target),
        ...(label !== undefined && label !== SAMPLE_APPLICATION && { label }),
        ...(stamp !== undefined && { tags: { [STAMP_TAG]: stamp } }),
      },
      turn.signal,
    ),
  );
  if (outcome.said === 'done') turn.say(`Making ${idleName} from the configuration of ${liveName}`);
  return outcome;
}

interface Found {
  readonly site: Site;
  readonly environment: Environment;
  readonly note: SendNote | undefined;
}

async function configure(
  turn: Turn,
  turnover: Turnover,
  { site, environment, note }: Found,
): Promise<Outcome> {
  const { live, idleName } = turnover;
  const { application, environment: liveName } = live.target;
  const wanted = wantedOptions(site.target);
  const [of, own] = await Promise.all([
    site.eb.settings(application, liveName, turn.signal),
    site.eb.settings(application, idleName, turn.signal),
  ]);
  const unlike = differences(of, own, wanted);
  if (unlike.length === 0) return done;
  if (note !== undefined && (await wasAccepted(turn, site, note))) {
    turn.say(`Still different from ${liveName}: ${unlike.join(', ')}`, 'warn');
    return done;
  }
  const template = configurationName(site.release.deploymentId);
  await intend(turn, { anchorMs: live.baseline.anchorMs, made: false }, note);
  await saveLive(turn, live, template);
  const outcome = await sendOnce(site, () =>
    site.eb.configure(
      environment.id,
      { template, set: wanted, remove: surplus(of, own, wanted) },
      turn.signal,
    ),
  );
  const options = wanted.length === 0 ? '' : ` and ${titlesOf(wanted)}`;
  if (outcome.said === 'done') {
    turn.say(
      `Giving ${idleName} the configuration of ${liveName}${options}; it differed in ${unlike.join(', ')}`,
    );
  }
  return outcome;
}

/** What this step stores before it writes: `made` when the environment was missing. */
export interface IdleNote extends SendNote {
  readonly made: boolean;
}

async function intend(
  turn: Turn,
  about: Pick<IdleNote, 'anchorMs' | 'made'>,
  before: SendNote | undefined,
): Promise<void> {
  await turn.intend(JSON.stringify({ ...about, tries: (before?.tries ?? 0) + 1 } satisfies IdleNote));
}

async function saveLive(turn: Turn, live: Rollout, template: string): Promise<void> {
  try {
    await live.eb.saveConfiguration(
      live.target.application,
      template,
      live.baseline.environmentId,
      turn.signal,
    );
  } catch (error) {
    // By an earlier call of this deployment: the name carries its id.
    if (!isTaken(error)) throw error;
  }
}

/** Remembers whether the call was certainly refused, so that the next look need not wait for its effect. */
async function sendOnce(site: Site, call: () => Promise<unknown>): Promise<Outcome> {
  const { memory, target, watch } = site;
  watch.wrote();
  memory.refused = false;
  try {
    await call();
    return done;
  } catch (error) {
    if (isTaken(error)) return done;
    memory.refused = isRefusal(error);
    if (isExpired(error)) throw error;
    const outcome = explain(error);
    if (outcome.said !== 'failed') return outcome;
    const detail = withoutValues(outcome.failure.detail, wantedOptions(target));
    return failed({ ...outcome.failure, detail });
  }
}

/** Sent several times without an effect counts as accepted too: some settings never agree. */
async function wasAccepted(turn: Turn, { memory, watch }: Site, note: SendNote): Promise<boolean> {
  if (memory.refused) return false;
  const { events } = await watch.look('events', turn.signal);
  return note.tries >= MOST_TRIES || attribute(events, note.anchorMs, undefined).starts > 0;
}

import { failure } from '../../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { lastUpdate } from '../attribution.js';
import { configurationDeadlineMs } from '../deadlines.js';
import type { Environment, PlatformEvent } from '../environment.js';
import { foreignChange } from '../foreign-change.js';
import { healthWord, isRed } from '../health.js';
import { firstCause, saysFailed } from '../platform-events.js';
import { titlesOf } from '../options/option.js';
import { changesFrom, wantedOptions } from '../options/wanted.js';
import { readRunning } from '../read-running.js';
import { tellEvents } from '../tell-events.js';
import { dropConfiguration } from './drop-configuration.js';
import type { IdleNote } from './ensure-idle.js';
import { siteFor, type Turnover } from './pair.js';

// Twenty minutes with the pauses between them: a launch that fails ends without the environment, or with a red one.
const MOST_ABSENT_LOOKS = 6;
const MOST_RED_LOOKS = 8;

/** What this step stores: how often it saw nothing or red, and in the end what the idle environment runs. */
interface Looks {
  readonly absent: number;
  readonly red: number;
}

/** Waits until the idle environment is Ready with its configuration, and records what it runs. */
export function awaitIdle(turnover: Turnover): Step {
  return {
    id: 'await-idle',
    title: `Wait until ${turnover.idleName} is Ready`,
    writes: false,
    deadlineMs: configurationDeadlineMs(turnover.live.baseline),
    run: (turn) => run(turn, turnover),
  };
}

async function run(turn: Turn, turnover: Turnover): Promise<Outcome> {
  const { pair, idleName } = turnover;
  const site = siteFor(pair, idleName);
  const looks = readLooks(turn.intent);
  const sighting = await site.watch.look('environment', turn.signal);
  tellEvents(turn, site.memory, sighting, undefined);
  const { environment } = sighting;
  if (environment === undefined || environment.status.startsWith('Terminat')) {
    if (looks.absent + 1 >= MOST_ABSENT_LOOKS) return failed(gone(idleName));
    await turn.intend(JSON.stringify({ ...looks, absent: looks.absent + 1 }));
    return wait(10_000, `${idleName} is not there yet`);
  }
  if (environment.status !== 'Ready') return wait(15_000, `it is ${environment.status.toLowerCase()}`);
  if (environment.cname === pair.cname) {
    return foreignChange(turnover.live, `${idleName} holds ${pair.cname} by now.`);
  }
  return await judgeReady(turn, turnover, { environment, events: sighting.events, looks });
}

interface Ready {
  readonly environment: Environment;
  readonly events: readonly PlatformEvent[];
  readonly looks: Looks;
}

async function judgeReady(
  turn: Turn,
  { pair, idleName }: Turnover,
  { environment, events, looks }: Ready,
): Promise<Outcome> {
  const site = siteFor(pair, idleName);
  const sent = readIdleNote(turn.noteOf('forward', 'ensure-idle'));
  const word = healthWord(environment);
  // A red one that was there before may run an earlier version that failed; the new one is to heal it.
  if (sent?.made === true && (isRed(word) || word === 'pending')) {
    if (looks.red + 1 >= MOST_RED_LOOKS) return failed(failure('eb.pair-unfit', redText(idleName, word)));
    await turn.intend(JSON.stringify({ ...looks, red: looks.red + 1 }));
    return wait(15_000, `it is Ready, and its health is ${word}`);
  }
  const { running, settings } = await readRunning(turn, site, environment);
  const refused = sent === undefined ? undefined : refusalIn(lastUpdate(events, sent.anchorMs));
  const absent = changesFrom(settings, wantedOptions(site.target)).filter((one) => one.before === undefined);
  const why = refused ?? (absent.length > 0 ? `${titlesOf(absent)} did not arrive.` : undefined);
  if (why !== undefined) return failed(unconfigured(idleName, why));
  await dropConfiguration(turn, site);
  await turn.intend(JSON.stringify({ idle: running }));
  turn.say(`${idleName} is Ready and runs ${environment.label ?? 'no version'}`);
  return done;
}

function refusalIn(events: readonly PlatformEvent[]): string | undefined {
  return saysFailed(events) ? firstCause(events)?.message : undefined;
}

function readIdleNote(note: string | undefined): IdleNote | undefined {
  return note?.startsWith('{') ? (JSON.parse(note) as IdleNote) : undefined;
}

function unconfigured(name: string, cause: string) {
  const detail = `${name} kept its earlier configuration: ${cause} Once it is terminated, the next deployment makes it anew.`;
  return failure('eb.options-failed', detail);
}

function redText(name: string, word: string): string {
  return `${name} has the configuration of the live environment, and its health stays ${word}.`;
}

function gone(name: string) {
  return failure('eb.environment-gone', `${name} was being made and is not listed any more.`);
}

function readLooks(note: string | undefined): Looks {
  const { absent = 0, red = 0 } = note?.startsWith('{') ? (JSON.parse(note) as Partial<Looks>) : {};
  return { absent, red };
}

import { failure } from '../../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { configurationDeadlineMs } from '../deadlines.js';
import { foreignChange } from '../foreign-change.js';
import { healthWord, isRed } from '../health.js';
import { readSendNote } from '../intent-note.js';
import { readRunning } from '../read-running.js';
import { tellEvents } from '../tell-events.js';
import { dropConfiguration } from './drop-configuration.js';
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
  const word = healthWord(environment);
  if (wasMade(turn, environment.updatedAtMs) && (isRed(word) || word === 'pending')) {
    if (looks.red + 1 >= MOST_RED_LOOKS) return failed(failure('eb.pair-unfit', redText(idleName, word)));
    await turn.intend(JSON.stringify({ ...looks, red: looks.red + 1 }));
    return wait(15_000, `it is Ready, and its health is ${word}`);
  }
  const { running } = await readRunning(turn, site, environment);
  await dropConfiguration(turn, site);
  await turn.intend(JSON.stringify({ idle: running }));
  turn.say(`${idleName} is Ready and runs ${environment.label ?? 'no version'}`);
  return done;
}

/** Whether this deployment changed it: then a red one is not the leftover of an earlier version. */
function wasMade(turn: Turn, updatedAtMs: number): boolean {
  const sent = readSendNote(turn.noteOf('forward', 'ensure-idle'));
  return sent !== undefined && updatedAtMs > sent.anchorMs;
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

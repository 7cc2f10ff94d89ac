import { failure } from '../../../shared/domain/failures.js';
import type { LiveAnswer, Operated, OperationTurn } from '../../live-operations.js';
import type { Environment, PlatformEvent } from '../environment.js';
import { explain, isRefusal } from '../failures.js';
import { healthWord } from '../health.js';
import { knownInstances, type LiveSite } from './live-site.js';

/** Milliseconds between two looks. */
const AGAIN_MS = 5_000;
const MOST_EVENTS = 10;
/** The intent after a refusal: the next look sends it. */
const NOT_SENT = '';

/** First and last event of a restart, in the words of Elastic Beanstalk. */
const STARTING = /restartAppServer is starting/i;
const COMPLETED = /restartAppServer completed|Successfully restarted/i;
const FAILED = /Failed to restart|restartAppServer .*failed/i;

/** Health words that say that the environment serves requests. */
const SERVES = new Set(['ok', 'info']);

/**
 * Restarts the processes of all instances at once, waits until the environment is ready and serves again, and tells what its
 * events say. The time of its newest event is stored before the call: what is younger tells whether it was heard, so it is
 * never sent a second time.
 */
export async function restartServers(
  { eb, target }: Pick<LiveSite, 'eb' | 'target'>,
  environment: Environment,
  turn: OperationTurn,
): Promise<LiveAnswer<Operated>> {
  const { id, name, status } = environment;
  const { signal } = turn;
  if (turn.how === 'preview') {
    const instances = await knownInstances(eb, id, signal);
    const which =
      instances.length === 0 ? 'all instances' : `${instances.length} instances, all at the same time,`;
    return { said: 'done', value: [`The processes of ${which} of ${name} would be restarted`] };
  }
  const query = { application: target.application, environment: name };
  if ((turn.intent ?? NOT_SENT) === NOT_SENT) {
    if (status !== 'Ready') return wait(`Environment ${name} is ${status}`);
    const [newest] = await eb.events({ ...query, newest: 1 }, signal);
    await turn.intend(String(newest?.atMs ?? 0));
    return await send(eb, id, turn);
  }
  const sinceMs = Number(turn.intent);
  const events = (await eb.events({ ...query, sinceMs }, signal))
    .filter(({ atMs }) => atMs > sinceMs)
    .sort((one, other) => one.atMs - other.atMs);
  return verdictOf(environment, events);
}

async function send(
  eb: Pick<LiveSite['eb'], 'restartServers'>,
  id: string,
  turn: OperationTurn,
): Promise<LiveAnswer<Operated>> {
  try {
    await eb.restartServers(id, turn.signal);
  } catch (error) {
    const outcome = explain(error);
    // The events tell about everything that was not refused for sure.
    if (isRefusal(error) && outcome.said !== 'done') {
      await turn.intend(NOT_SENT);
      return outcome;
    }
  }
  return wait('Elastic Beanstalk was asked to restart the processes');
}

/** What the events since the request, and the environment as it is now, come to. */
function verdictOf(environment: Environment, events: readonly PlatformEvent[]): LiveAnswer<Operated> {
  const { name, status } = environment;
  const said = (pattern: RegExp) => events.some(({ message }) => pattern.test(message));
  const failed = events.find(({ message }) => FAILED.test(message));
  if (failed) return { said: 'failed', failure: failure('eb.restart-failed', failed.message) };
  if (!said(STARTING)) return wait(`Elastic Beanstalk has not said that it restarts ${name}`);
  if (status !== 'Ready') return wait(`Environment ${name} is ${status}`);
  if (!said(COMPLETED)) return wait(`Elastic Beanstalk has not said that ${name} was restarted`);
  const word = healthWord(environment);
  if (!SERVES.has(word)) return wait(`The processes of ${name} were restarted, and its health is ${word}`);
  const evidence = events.slice(-MOST_EVENTS).map(({ severity, message }) => `${severity} ${message}`);
  return {
    said: 'done',
    value: [`The processes of ${name} were restarted, and its health is ${word}`, ...evidence],
  };
}

function wait(because: string): LiveAnswer<Operated> {
  return { said: 'wait', forMs: AGAIN_MS, because };
}

import type { QueueView } from '../../shared/contract/queue.js';
import type { Deployment } from '../../shared/domain/deployment.js';
import { isEnded, type StateName } from '../../shared/domain/state.js';
import type { Census } from '../../shared/store/census.js';
import type { Deployments } from '../../shared/store/deployments.js';
import type { Presences, SeenWorker } from '../../shared/store/presences.js';
import { listVisible } from '../access/visible-deployments.js';
import { presentDeployment } from '../present.js';
import type { Caller } from '../access/caller.js';
import { findObstacles } from './explain-deployment.js';

/** Most waiting deployments that one answer explains. */
const MOST_EXPLAINED = 100;

/** What reading the queue needs of the world around it. */
export interface QueueDeps {
  readonly deployments: Pick<Deployments, 'list' | 'load' | 'obstacles'>;
  readonly census: () => Promise<Census>;
  readonly presences: Pick<Presences, 'list'>;
}

/** How much is under way in the whole installation, and what of it waits, as far as the caller may view it. */
export async function readQueue(
  { deployments, census, presences }: QueueDeps,
  caller: Caller,
): Promise<QueueView> {
  const states = ['held', 'queued'] as const;
  const [counted, crew, { found, resume }] = await Promise.all([
    census(),
    presences.list(),
    listVisible(deployments, caller, { states, limit: MOST_EXPLAINED + 1 }),
  ]);
  const waiting = found.slice(0, MOST_EXPLAINED).toReversed();
  // Those in one line have the same ones before them; for one answer each is read once.
  const read = new Map<string, Promise<Deployment | undefined>>(
    found.map((each) => [each.id, Promise.resolve(each)]),
  );
  const load = (id: string) => {
    const reading = read.get(id) ?? deployments.load(id);
    read.set(id, reading);
    return reading;
  };
  // One after the other: a hundred questions at once, from each of many callers, would keep Redis from all others.
  const explained = [];
  for (const deployment of waiting) {
    const { obstacles } = await findObstacles({ ...deployments, load }, deployment);
    explained.push({ deployment: presentDeployment(deployment), obstacles });
  }
  const count = (name: StateName) =>
    counted.live.reduce((sum, head) => sum + (head.state === name ? head.count : 0), 0);
  const [held, queued] = states.map(count);
  const live = counted.live.reduce((sum, head) => sum + head.count, 0);
  return {
    running: live - (held ?? 0) - (queued ?? 0),
    queued: queued ?? 0,
    held: held ?? 0,
    uncalled: counted.uncalled,
    oldestQueuedMs: counted.oldestQueuedMs,
    workers: countWorkers(crew),
    waiting: explained,
    more: found.length > MOST_EXPLAINED || resume !== undefined,
  };
}

/** How a worker is, in one word. One that is silent may still work: nobody knows. */
export function stateOfWorker({ silent, draining }: SeenWorker): 'silent' | 'draining' | 'taking' {
  if (silent) return 'silent';
  return draining ? 'draining' : 'taking';
}

function countWorkers(crew: readonly SeenWorker[]): QueueView['workers'] {
  const taking = crew.filter((each) => stateOfWorker(each) === 'taking');
  const those = (state: ReturnType<typeof stateOfWorker>) =>
    crew.filter((each) => stateOfWorker(each) === state).length;
  return {
    taking: taking.length,
    draining: those('draining'),
    silent: those('silent'),
    places: taking.reduce((sum, { places }) => sum + places, 0),
  };
}

/** The deployments of a worker that have not ended since it named them. */
export async function carriedBy(deployments: Pick<Deployments, 'load'>, { carries }: SeenWorker) {
  const found = await Promise.all(carries.map((id) => deployments.load(id)));
  return found.flatMap((each) => {
    if (!each || isEnded(each.state)) return [];
    const { id, number, state, request } = each;
    const { service, environment } = request;
    return [{ deployment: id, number, service, environment, state: state.name }];
  });
}

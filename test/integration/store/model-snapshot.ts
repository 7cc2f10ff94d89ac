import type { Redis } from 'ioredis';
import type { Reference } from './model-reference.js';

/** Everything in the store that decides what happens next, in a shape that store and reference share. */
export interface Picture {
  readonly targets: Readonly<Record<string, unknown>>;
  readonly deployments: Readonly<Record<string, unknown>>;
  readonly sets: Readonly<Record<string, readonly string[]>>;
}

/** The picture as the reference has it. */
export function pictureOf(reference: Reference): Picture {
  const { targets, deployments, outbox, expiry, admission, running, lapsed } = reference;
  const names = [...targets.keys()];
  return {
    targets: Object.fromEntries(
      [...targets].map(([name, { holder, owner, leased, epoch, lane, held }]) => [
        name,
        { holder, owner, leased, epoch, lane, held },
      ]),
    ),
    deployments: Object.fromEntries(
      [...deployments].map(([id, { name, attempts, dispatch, batch, epoch, cancelled, codes }]) => [
        id,
        { name, attempts, dispatch, batch, epoch, cancelled, lines: codes.length },
      ]),
    ),
    sets: {
      outbox: [...outbox].sort(),
      expiry: [...expiry].sort(),
      admission: [...admission].sort(),
      running: [...running].sort(),
      reviews: names.flatMap((name) => targets.get(name)?.held ?? []).sort(),
      leases: names.filter((name) => isTracked(name)).sort(),
      live: [...expiry, ...[...deployments.values()].filter(isUnderWay).map(({ id }) => id)].sort(),
    },
  };

  function isTracked(name: string): boolean {
    const target = targets.get(name);
    return target?.leased === true && (!target.expired || lapsed.includes(name));
  }

  function isUnderWay({ id, target }: { id: string; target: string }): boolean {
    return !expiry.has(id) && targets.get(target)?.holder === id;
  }
}

/** The picture as Redis has it, of the targets and deployments that the reference knows. */
export async function pictureIn(redis: Redis, root: string, reference: Reference): Promise<Picture> {
  const targets = [...reference.targets.keys()];
  const ids = [...reference.deployments.keys()];
  const [boxes, lanes, held, records, sets] = await Promise.all([
    Promise.all(targets.map((name) => redis.hgetall(`${root}:mailbox:${name}`))),
    Promise.all(targets.map((name) => redis.zrange(`${root}:lane:${name}`, '0', '-1'))),
    Promise.all(targets.map((name) => redis.zrange(`${root}:held:${name}`, '0', '-1'))),
    Promise.all(ids.map((id) => redis.hgetall(`${root}:deployment:${id}`))),
    Promise.all(SETS.map(async (name) => [name, await members(redis, root, name)] as const)),
  ]);
  return {
    targets: Object.fromEntries(
      targets.map((name, at) => {
        const { holder, owner, leaseUntil, epoch = '0' } = boxes[at] ?? {};
        return [
          name,
          { holder, owner, leased: leaseUntil !== undefined, epoch, lane: lanes[at], held: held[at] },
        ];
      }),
    ),
    deployments: Object.fromEntries(
      ids.map((id, at) => {
        const { name, attempts, dispatch, batch = 0, epoch = '', cancel, lines } = records[at] ?? {};
        const cancelled = cancel !== undefined;
        const [tried, offered, stored, numbered] = [attempts, dispatch, batch, lines].map(Number);
        return [
          id,
          { name, attempts: tried, dispatch: offered, batch: stored, epoch, cancelled, lines: numbered },
        ];
      }),
    ),
    sets: Object.fromEntries(sets),
  };
}

const SETS = ['outbox', 'expiry', 'admission', 'running', 'reviews', 'leases', 'live'] as const;

async function members(redis: Redis, root: string, name: (typeof SETS)[number]): Promise<string[]> {
  const found =
    name === 'running'
      ? await redis.smembers(`${root}:running:global`)
      : await redis.zrange(`${root}:${name}`, '0', '-1');
  return found.sort();
}

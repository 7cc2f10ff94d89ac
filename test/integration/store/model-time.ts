import type { ModelDeployment, Reference } from './model-reference.js';
import { someDeployment, TARGETS, type Act } from './model-world.js';

/** The lease of a target runs out. */
export function lapse(at: number): Act {
  return async ({ reference }, real) => {
    const name = TARGETS[at % TARGETS.length] ?? '';
    const target = reference.box(name);
    if (!target.leased || target.expired) return;
    target.expired = true;
    reference.lapsed.push(name);
    await real.redis.hset(`${real.root}:mailbox:${name}`, 'leaseUntil', 1);
    await real.redis.zadd(`${real.root}:leases`, (real.tick += 1), name);
  };
}

/** The queue deadline of a deployment passes. */
export function overdue(at: number): Act {
  return passes('expiry', at, ({ expiry, overdue }, id) => {
    const is = expiry.has(id) && !overdue.includes(id);
    if (is) overdue.push(id);
    return is;
  });
}

/** The offer of a deployment is due. */
export function due(at: number): Act {
  return passes('outbox', at, ({ outbox, due }, id) => outbox.has(id) && due.add(id).has(id));
}

/** The hold of a deployment ends. */
export function review(at: number): Act {
  return passes('reviews', at, ({ reviewed }, id, { name }) => {
    const is = name === 'held' && !reviewed.includes(id);
    if (is) reviewed.push(id);
    return is;
  });
}

/** The moment that a sorted set keeps for a deployment is made to have passed. */
function passes(
  set: string,
  at: number,
  note: (reference: Reference, id: string, deployment: ModelDeployment) => boolean,
): Act {
  return async (model, real) => {
    const deployment = someDeployment(model, at);
    if (!deployment || !note(model.reference, deployment.id, deployment)) return;
    await real.redis.zadd(`${real.root}:${set}`, 'XX', (real.tick += 1), deployment.id);
  };
}

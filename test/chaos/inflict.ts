import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../support/fault-schedule.js';
import type { RedisNode } from '../support/redis-node.js';
import type { TcpProxy } from '../support/tcp-proxy.js';
import type { Cloud } from './cloud-process.js';
import type { Fleet, Member, Role } from './fleet.js';

/** What faults are inflicted upon. */
export interface Victims {
  readonly fleet: Fleet;
  readonly redis: RedisNode;
  /** Between all processes and Redis. */
  readonly wire: TcpProxy;
  readonly cloud: Cloud;
  readonly queuePrefix: string;
}

/** A fault as it happened; `worker` is the name of a worker that it took away. */
export interface Inflicted {
  readonly kind: Fault['kind'];
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly worker?: string;
}

/** Does it, and undoes what does not end by itself; resolves when it is over. Skips what cannot be done at the moment. */
export async function inflict(fault: Fault, victims: Victims): Promise<Inflicted | undefined> {
  const { fleet, redis, wire, cloud, queuePrefix } = victims;
  const { kind, forMs } = fault;
  const at = Date.now();
  const member = memberFor(fault, fleet);
  const inflicted = { kind, at, ...(member?.role === 'worker' && { worker: member.process.name }) };
  switch (kind) {
    case 'worker-kill':
    case 'api-kill':
      if (!member) return undefined;
      await fleet.replace(member, 'SIGKILL');
      return inflicted;
    case 'worker-term':
    case 'api-term':
      if (!member) return undefined;
      await fleet.replace(member, 'SIGTERM');
      return inflicted;
    case 'worker-freeze':
      if (!member) return undefined;
      member.process.child.kill('SIGSTOP');
      await sleep(forMs);
      member.process.child.kill('SIGCONT');
      return inflicted;
    case 'redis-kill':
      await redis.kill('SIGKILL');
      await sleep(Math.min(forMs, 2_000));
      await redis.restart();
      return inflicted;
    case 'redis-cut':
      wire.cut();
      return inflicted;
    case 'redis-silence':
      wire.blackHole();
      await sleep(forMs);
      await wire.heal();
      return inflicted;
    case 'redis-delay':
      wire.delay(30);
      await sleep(forMs);
      await wire.heal();
      return inflicted;
    case 'queue-flush':
      await flush(redis, queuePrefix);
      return inflicted;
    case 'cloud-throttle':
      await cloud.fault({ kind: 'throttle', forMs });
      return inflicted;
    case 'cloud-lost-replies':
      await cloud.fault({ kind: 'lost-replies', forMs });
      return inflicted;
  }
}

function memberFor({ kind, which }: Fault, fleet: Fleet): Member | undefined {
  const role: Role | undefined = kind.startsWith('worker')
    ? 'worker'
    : kind.startsWith('api')
      ? 'api'
      : undefined;
  const members = role ? fleet.of(role) : [];
  return members[which % members.length];
}

/** The queue is only a wake-up call: everything that BullMQ keeps may vanish at any time. */
async function flush({ client }: RedisNode, prefix: string): Promise<void> {
  const keys = await client.keys(`${prefix}:*`);
  if (keys.length > 0) await client.unlink(...keys);
}

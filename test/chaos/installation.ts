import type { Redis } from 'ioredis';
import { createDeployments, type Deployments } from '../../src/shared/store/deployments.js';
import { createJournal, type Journal } from '../../src/shared/store/journal.js';
import { keysOf } from '../../src/shared/store/keys.js';
import { isEnded, type State } from '../../src/shared/domain/state.js';
import { startRedisNode, type RedisNode } from '../support/redis-node.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { audit, type Evidence } from '../support/auditor.js';
import { startCloud, type Cloud } from './cloud-process.js';
import { collect } from './collect.js';
import { ADMIN_TOKEN, createFleet, type Fleet } from './fleet.js';

const NAMESPACE = 'chaos';

interface InstallationOptions {
  readonly leaseMs: number;
  readonly seed?: number;
  /** Longest update of the cloud. */
  readonly updateMs?: number;
  /** Settings of Redis. */
  readonly redis?: Readonly<Record<string, string>>;
  /** Folder of Redis; a temporary one when absent. */
  readonly folder?: string;
}

/** What an API answered; undefined when it broke the connection. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly id?: string; readonly code?: string; readonly detail?: string };
}

/** A Redis, a wire to it, a cloud, and processes that are started one by one; all of them end with `close`. */
export interface Installation {
  readonly redis: RedisNode;
  readonly wire: TcpProxy;
  readonly cloud: Cloud;
  readonly fleet: Fleet;
  readonly namespace: string;
  readonly queuePrefix: string;
  /** The store as the test sees it, past the wire. */
  readonly deployments: Deployments;
  readonly journal: Journal;
  ask(url: string, method: string, path: string, body?: object, key?: string): Promise<Answer | undefined>;
  /** Registers services `service-0`, `service-1`, … with targets in the environment `live`. */
  configure(url: string, targets: number, verify?: object, policy?: object): Promise<void>;
  deploy(url: string, target: number, version: string, key?: string): Promise<Answer | undefined>;
  stateOf(id: string): Promise<State['name'] | undefined>;
  hasEnded(id: string): Promise<boolean>;
  /** Everything that the auditor looks at; `accepted` by idempotency key. */
  collect(accepted: ReadonlyMap<string, string>): Promise<Evidence>;
  /** What the auditor finds. */
  audit(accepted: ReadonlyMap<string, string>): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Starts everything but processes of Beanpod. */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const { folder } = options;
  const redis = await startRedisNode({
    ...(folder !== undefined && { folder }),
    ...(options.redis && { settings: options.redis }),
  });
  const wire = await startTcpProxy({ port: redis.port });
  const cloud = await startCloud(options.seed ?? 1, options.updateMs ?? 300);
  const redisUrl = `redis://127.0.0.1:${wire.port}`;
  const fleet = createFleet({ redisUrl, namespace: NAMESPACE, leaseMs: options.leaseMs });
  const client: Redis = redis.client;
  const deployments = createDeployments(client, NAMESPACE, { perTarget: 1, live: 1 });

  async function ask(url: string, method: string, path: string, body?: object, key?: string) {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        'content-type': 'application/json',
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body && { body: JSON.stringify(body) }),
    }).catch(() => undefined);
    return (
      response && {
        status: response.status,
        headers: response.headers,
        body: (await response.json()) as Answer['body'],
      }
    );
  }

  async function mustTake(answer: Promise<Answer | undefined>): Promise<void> {
    const { status = 0, body = {} } = (await answer) ?? {};
    if (status < 200 || status > 299) throw new Error(`Refused with ${status}: ${JSON.stringify(body)}`);
  }

  async function stateOf(id: string): Promise<State | undefined> {
    return (await deployments.load(id))?.state;
  }

  return {
    redis,
    wire,
    cloud,
    fleet,
    namespace: NAMESPACE,
    queuePrefix: keysOf(NAMESPACE).queuePrefix,
    deployments,
    journal: createJournal(client, NAMESPACE),
    ask,
    async configure(url, targets, verify = { stabilityMs: 0 }, policy = {}) {
      await mustTake(ask(url, 'PUT', '/v1/environments/live', {}));
      for (let number = 0; number < targets; number += 1) {
        const service = `service-${number}`;
        const spec = { url: cloud.url, target: service };
        await mustTake(ask(url, 'PUT', `/v1/services/${service}`, {}));
        const target = { provider: 'chaos', spec, verify, policy };
        await mustTake(ask(url, 'PUT', `/v1/targets/${service}/live`, target));
      }
    },
    deploy: (url, target, version, key) =>
      ask(
        url,
        'POST',
        '/v1/deployments',
        {
          service: `service-${target}`,
          environment: 'live',
          version,
          artifact: { type: 'image', image: 'example.com/shop:1' },
        },
        key,
      ),
    stateOf: async (id) => (await stateOf(id))?.name,
    async hasEnded(id) {
      const state = await stateOf(id);
      return state !== undefined && isEnded(state);
    },
    collect: (accepted) => collect(client, NAMESPACE, cloud, accepted),
    audit: async (accepted) => audit(await collect(client, NAMESPACE, cloud, accepted)),
    async close() {
      await fleet.close();
      await cloud.close();
      await wire.close();
      await redis.close();
    },
  };
}

import { fixedToken, type TokenSource } from '../../../src/providers/kubernetes/connect/token-source.js';
import { createHttpTransport } from '../../../src/providers/kubernetes/http-transport.js';
import { sourcesOf, type AppliedObject } from '../../../src/providers/kubernetes/health/applied-object.js';
import {
  assessSet,
  type Assessment,
  type Memory,
} from '../../../src/providers/kubernetes/health/assess-set.js';
import type { KubeObject } from '../../../src/providers/kubernetes/object.js';
import { createWatchHub, type WatchHub } from '../../../src/providers/kubernetes/watch/watch-hub.js';
import type { WatchTimes } from '../../../src/providers/kubernetes/watch/watch-times.js';
import type { KubeTransport } from '../../../src/providers/kubernetes/transport.js';
import { openSession, type Session } from '../simulators/kubernetes-session.js';
import type { KubernetesOptions } from '../../simulators/kubernetes/start.js';

/** Short times, so that a test sees in moments what takes minutes in earnest. */
const QUICK: Partial<WatchTimes> = {
  silence: 2_000,
  firstBackOff: 40,
  mostBackOff: 200,
  poll: 50,
  denied: 100,
  patience: 0,
  batch: 5,
  linger: 0,
};

/** A simulated cluster with the watches of one process. */
export interface Watching extends Session {
  readonly transport: KubeTransport;
  readonly hub: WatchHub;
  /** Calls of the watches so far, with their verbs. */
  count(verb: 'list' | 'watch', resource: string): number;
}

/** Opens both; `close` ends the watches first. */
export async function openWatching(
  options: KubernetesOptions & {
    times?: Partial<WatchTimes>;
    tokens?: (session: Session) => TokenSource;
  } = {},
): Promise<Watching> {
  const { times, tokens, ...simulator } = options;
  const session = await openSession({ bookmarkMs: 500, ...simulator });
  const { url, ca, token } = session.simulator;
  const transport = createHttpTransport(
    { server: url, authority: ca },
    tokens?.(session) ?? fixedToken(token),
  );
  const hub = createWatchHub({ transport, times: { ...QUICK, ...times } });
  return {
    ...session,
    transport,
    hub,
    count(verb, resource) {
      const calls = session.simulator.calls.list();
      return calls.filter((call) => call.verb === verb && call.resource === resource).length;
    },
    async close() {
      hub.close();
      await transport.close();
      await session.close();
    },
  };
}

/** Applies a Deployment of `default` and returns it as our own write would know it. */
export async function applied(session: Session, manifest: unknown): Promise<AppliedObject> {
  const { body } = await session.client.post('/apis/apps/v1/namespaces/default/deployments', manifest);
  const { metadata } = body as unknown as KubeObject;
  const { uid = '', generation = 1, resourceVersion = '', name = '', creationTimestamp = '' } = metadata;
  return {
    ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name },
    collection: '/apis/apps/v1/namespaces/default/deployments',
    written: { uid, generation, resourceVersion, at: creationTimestamp },
  };
}

/** How watching a set ended, with the provider's seconds that it took. */
export interface Verdict extends Assessment {
  readonly afterS: number;
}

/** Looks at a set as the runner does, until it says something final or `enough` does. */
export async function watchSet(
  watching: Watching,
  objects: readonly AppliedObject[],
  speed: number,
  enough: (assessment: Assessment, nowMs: number) => boolean = () => false,
): Promise<Verdict> {
  const follower = watching.hub.follow();
  follower.want(sourcesOf(objects));
  const began = performance.now();
  let memory: Memory = { firstSeen: new Map() };
  try {
    for (;;) {
      const now = (performance.now() - began) * speed;
      const assessment = assessSet({ objects, view: follower.look(), memory, now });
      memory = assessment.memory;
      const { outcome } = assessment;
      if (outcome.said === 'failed' || enough(assessment, now)) return { ...assessment, afterS: now / 1_000 };
      follower.heed(assessment.uids);
      const forMs = outcome.said === 'wait' ? outcome.forMs : 5_000;
      await follower.changed(AbortSignal.timeout(Math.ceil(forMs / speed)));
    }
  } finally {
    follower.stop();
  }
}

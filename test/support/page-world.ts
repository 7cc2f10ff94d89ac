import { setTimeout as pause } from 'node:timers/promises';
import { Type } from 'typebox';
import type { Drifted, Step, Turn } from '../../src/providers/contract.js';
import type { LiveAnswer } from '../../src/providers/live-operations.js';
import { defineProvider, type Provider } from '../../src/providers/define-provider.js';
import type { DeploymentView } from '../../src/shared/contract/deployment-view.js';
import { failure } from '../../src/shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../src/shared/domain/outcome.js';
import { schemaOf } from '../../src/shared/schema/schema.js';
import type { Redis } from 'ioredis';
import { connectRedis } from '../../src/shared/redis.js';
import { keysOf } from '../../src/shared/store/keys.js';
import { createFolderBlobs } from '../../src/shared/blobs/folder.js';
import { createConfiguration } from '../../src/shared/store/configuration.js';
import { createDeployments } from '../../src/shared/store/deployments.js';
import { createDrifts } from '../../src/shared/store/drifts.js';
import { createLeases } from '../../src/shared/store/lease.js';
import { createOperations } from '../../src/shared/store/operations.js';
import { createPresences } from '../../src/shared/store/presences.js';
import { createSnapshots } from '../../src/shared/store/snapshots.js';
import { startLiveWorker } from '../../src/workers/live-worker.js';
import { startPresence, type Presence } from '../../src/workers/presence.js';
import { startPlanWorker } from '../../src/workers/plan-worker.js';
import { ARTIFACT, useApi } from './api.js';
import { testImages } from './images.js';
import { testSecrets } from './secrets.js';
import { createInstallation } from './worker.js';

/** Longest time that a test waits for a deployment, in milliseconds: whatever keeps it is said instead of a time-out. */
const LONGEST_MS = 90_000;

const Spec = Type.Object({
  application: Type.String(),
  environment: Type.String(),
  region: Type.String(),
});

/**
 * A provider whose versions say how they go: `-bad` turns out unhealthy, `-slow` waits in its middle step until it is
 * let go, all others succeed.
 */
function createCloud() {
  const running = new Map<string, string>();
  const letGo = new Set<string>();
  /** What a look for drift comes to, by environment; nothing has drifted unless it says so. */
  const drifts = new Map<string, LiveAnswer<readonly Drifted[]>>();

  function stepsOf(version: string, name: string): readonly Step[] {
    const slowly = (outcome: Outcome) =>
      version.endsWith('-slow') && !letGo.has(name) ? wait(50, `1 of 3 instances runs ${version}`) : outcome;
    return [
      step('settle', 'Wait until the environment is ready', () => done),
      {
        id: 'update',
        title: 'Update the environment',
        writes: true,
        async run(turn: Turn) {
          if (running.get(name) !== version) {
            await turn.intend(version);
            running.set(name, version);
            for (let n = 1; n <= 60; n += 1)
              turn.say(
                `i-0a${String(n % 3)}f GET https://bundles.example.com/${version}/part-${n} 200 in ${17 + (n % 9)} ms`,
              );
          }
          return slowly(done);
        },
      },
      step('instances', 'Wait until all instances run the version', () => done),
    ];
  }

  const provider: Provider = defineProvider({
    kind: 'elastic-beanstalk',
    target: schemaOf(Spec),
    baseline: schemaOf(Type.Object({ version: Type.String() })),
    open: ({ environment }, { version }) =>
      Promise.resolve({
        capture: () => {
          const before = running.get(environment) ?? '1.0.0';
          return Promise.resolve({
            said: 'captured',
            baseline: { version: before },
            summary: `${before} on 3 instances`,
          });
        },
        forward: () => stepsOf(version, environment),
        back: (baseline) => [
          {
            id: 'restore',
            title: `Put back ${baseline.version}`,
            writes: true,
            async run(turn: Turn) {
              await turn.intend(baseline.version);
              running.set(environment, baseline.version);
              return done;
            },
          },
          step('confirm', 'Wait until all instances run it', () => done),
        ],
        assess: () =>
          Promise.resolve(
            running.get(environment)?.endsWith('-bad')
              ? failed(
                  failure(
                    'health.degraded',
                    `2 of 3 instances are Severe: 100 % of the requests fail with HTTP 5xx`,
                  ),
                )
              : done,
          ),
        drift: () => Promise.resolve(drifts.get(environment) ?? { said: 'done', value: [] }),
        evidence: () =>
          Promise.resolve({
            firstCause: 'the process exits with code 1 on start',
            lines: [
              "i-0a1f web.stderr.log  Error: Cannot find module './checkout'",
              'i-0a1f web.stderr.log      at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)',
            ],
          }),
      }),
  });
  return { provider, letGo: (name: string) => letGo.add(name), drifts };
}

function step(id: string, title: string, run: () => Outcome): Step {
  return { id, title, writes: false, run: () => Promise.resolve(run()) };
}

/** An API and a worker with a small cloud, for tests that look at the page. */
export function usePageWorld(env: Readonly<Record<string, string>> = {}) {
  const api = useApi(env);
  const cloud = createCloud();
  let installation: ReturnType<typeof createInstallation> | undefined;
  let planner: ReturnType<typeof startPlanWorker> | undefined;
  let looker: ReturnType<typeof startLiveWorker> | undefined;
  let presence: Presence | undefined;
  const connections: Redis[] = [];

  function connect(): Redis {
    const redis = connectRedis(api.redis.url, 'blocking', () => undefined);
    connections.push(redis);
    return redis;
  }

  async function startLooker(): Promise<ReturnType<typeof startLiveWorker>> {
    const { namespace } = api.redis;
    const redis = connect();
    return startLiveWorker({
      connection: connect(),
      redis,
      namespace,
      prefix: keysOf(namespace).queuePrefix,
      provider: () => Promise.resolve(cloud.provider),
      surroundings: { bundles: { open: () => Promise.resolve(undefined) } },
      secrets: testSecrets(),
      blobs: await createFolderBlobs(`${api.folder}/blobs`),
      deployments: createDeployments(redis, namespace, { perTarget: 10, live: 1_000 }),
      configuration: createConfiguration(redis, namespace),
      operations: createOperations(redis, namespace),
      snapshots: createSnapshots(redis, namespace),
      leases: createLeases(redis, namespace, 15_000, 10_000),
      drifts: createDrifts(redis, namespace),
      redact: (line) => line,
    });
  }

  async function read(id: string): Promise<DeploymentView> {
    return (await api.call().get(`/v1/deployments/${id}`)).body as unknown as DeploymentView;
  }

  return {
    api,
    /** Lets the slow version of a target go on. */
    letGo: (service: string, environment: string) => void cloud.letGo(`${service}-${environment}`),
    /** Has the next looks for drift come to this. */
    drift: (service: string, environment: string, answer: LiveAnswer<readonly Drifted[]>) =>
      void cloud.drifts.set(`${service}-${environment}`, answer),
    async start(): Promise<void> {
      await api.start();
      installation = createInstallation({ url: api.redis.url, namespace: api.redis.namespace });
      const worker = installation.startWorker(cloud.provider);
      presence = startPresence({
        presences: createPresences(connect(), api.redis.namespace),
        name: 'worker-1',
        places: 50,
        carries: worker.carries,
        onError: () => undefined,
      });
      planner = startPlanWorker({
        connection: connect(),
        redis: connect(),
        namespace: api.redis.namespace,
        prefix: keysOf(api.redis.namespace).queuePrefix,
        provider: () => Promise.resolve(cloud.provider),
        surroundings: { bundles: { open: () => Promise.resolve(undefined) } },
        secrets: testSecrets(),
        images: testImages(connect(), api.redis.namespace),
        redact: (line) => line,
      });
      looker = await startLooker();
    },
    /** Registers a target and versions of its service. */
    async configure(service: string, environment: string, versions: readonly string[] = []): Promise<void> {
      await api.configure(service, environment, {
        provider: 'elastic-beanstalk',
        spec: { application: service, environment: `${service}-${environment}`, region: 'eu-central-1' },
        verify: { stabilityMs: 0 },
      });
      for (const [index, version] of versions.entries()) {
        const body = {
          version,
          artifact: ARTIFACT,
          commit: `${index}dcb09b5b57875f334f61aebed695e2e4193db5e`.slice(0, 40),
          branch: 'main',
          message: MESSAGES[index % MESSAGES.length],
          author: 'Ada',
        };
        await api.call().post(`/v1/services/${service}/versions`).send(body);
      }
    },
    async deploy(service: string, environment: string, version: string, more: object = {}): Promise<string> {
      const request = {
        service,
        environment,
        version,
        artifact: ARTIFACT,
        message: MESSAGES[version.length % MESSAGES.length],
        ...more,
      };
      const { body, status, text } = await api.call().post('/v1/deployments').send(request);
      if (status !== 202) throw new Error(`The deployment was answered ${status}: ${text}`);
      return body.id;
    },
    /** Resolves once the deployment is in one of the states; throws when it has ended in another. */
    async until(id: string, ...states: readonly string[]): Promise<void> {
      const givenUpAt = performance.now() + LONGEST_MS;
      let now = await read(id);
      while (!states.includes(now.state)) {
        if (performance.now() > givenUpAt) {
          const why = await api.call().get(`/v1/deployments/${id}/explain`);
          throw new Error(`Deployment ${id} is still ${now.state}: ${why.text}`);
        }
        if (now.terminal) throw new Error(`Deployment ${id} ended ${now.state}: ${JSON.stringify(now)}`);
        await pause(20);
        now = await read(id);
      }
    },
    async stop(): Promise<void> {
      await Promise.all([installation?.close(), planner?.close(), looker?.close(), presence?.close()]);
      for (const connection of connections) connection.disconnect();
      await api.stop();
    },
  };
}

const MESSAGES = ['Faster checkout', 'Retry payments that time out', 'Show the price with tax', 'New search'];

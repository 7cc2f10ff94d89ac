import { setTimeout as pause } from 'node:timers/promises';
import { Type } from 'typebox';
import { defineProvider, type Provider, type Step, type Turn } from '../../src/providers/contract.js';
import type { DeploymentView } from '../../src/shared/contract/deployment-view.js';
import { failure } from '../../src/shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../src/shared/domain/outcome.js';
import { schemaOf } from '../../src/shared/schema/schema.js';
import type { Redis } from 'ioredis';
import { connectRedis } from '../../src/shared/redis.js';
import { keysOf } from '../../src/shared/store/keys.js';
import { startPlanWorker } from '../../src/workers/plan-worker.js';
import { ARTIFACT, useApi } from './api.js';
import { testSecrets } from './secrets.js';
import { createInstallation } from './worker.js';

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
  return { provider, letGo: (name: string) => letGo.add(name) };
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
  const connections: Redis[] = [];

  function connect(): Redis {
    const redis = connectRedis(api.redis.url, 'blocking', () => undefined);
    connections.push(redis);
    return redis;
  }

  async function read(id: string): Promise<DeploymentView> {
    return (await api.call().get(`/v1/deployments/${id}`)).body as unknown as DeploymentView;
  }

  return {
    api,
    /** Lets the slow version of a target go on. */
    letGo: (service: string, environment: string) => void cloud.letGo(`${service}-${environment}`),
    async start(): Promise<void> {
      await api.start();
      installation = createInstallation({ url: api.redis.url, namespace: api.redis.namespace });
      installation.startWorker(cloud.provider);
      planner = startPlanWorker({
        connection: connect(),
        redis: connect(),
        namespace: api.redis.namespace,
        prefix: keysOf(api.redis.namespace).queuePrefix,
        provider: () => Promise.resolve(cloud.provider),
        surroundings: { bundles: { open: () => Promise.resolve(undefined) } },
        secrets: testSecrets(),
        redact: (line) => line,
      });
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
      let now = await read(id);
      while (!states.includes(now.state)) {
        if (now.terminal) throw new Error(`Deployment ${id} ended ${now.state}: ${JSON.stringify(now)}`);
        await pause(20);
        now = await read(id);
      }
    },
    async stop(): Promise<void> {
      await Promise.all([installation?.close(), planner?.close()]);
      for (const connection of connections) connection.disconnect();
      await api.stop();
    },
  };
}

const MESSAGES = ['Faster checkout', 'Retry payments that time out', 'Show the price with tax', 'New search'];

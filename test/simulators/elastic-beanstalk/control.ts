import type { Answer } from '../s3/exchange.js';
import { faultKinds } from '../s3/faults.js';
import type { FaultRequest } from '../s3/faults.js';
import type { WireRequest } from '../s3/signature.js';
import type { AppBehaviour } from './behaviour.js';
import type { EnvironmentSeed } from './control-client.js';
import { sampleHealth } from './health-sampler.js';
import { foreignUpdate, managedUpdate } from './intruder.js';
import type { Environment } from './model.js';
import type { ScenarioRule } from './scenario-choice.js';
import { isScenarioName, scenarioTitles } from './scenario-names.js';
import { seedEnvironment, truthOf } from './seed.js';
import type { Site } from './site.js';

/** Serves `/_sim/…`; a bad request is answered with 400 and the reason. */
export async function answerControl(site: Site, request: WireRequest): Promise<Answer> {
  const route = `${request.method} ${request.url.pathname.replace(/^\/_sim\//, '')}`;
  const handle = routes[route];
  if (handle === undefined)
    return json(404, { error: `The control API has no ${route}.`, routes: Object.keys(routes) });
  try {
    const text = request.body.toString('utf8');
    const body: unknown = text === '' ? {} : JSON.parse(text);
    return json(200, (await handle(site, body as object)) ?? {});
  } catch (error) {
    if (error instanceof BadOrder || error instanceof SyntaxError) return json(400, { error: error.message });
    throw error;
  }
}

class BadOrder extends Error {}

type Handler = (site: Site, body: object) => object | void | Promise<object | void>;

const routes: Readonly<Record<string, Handler>> = {
  'GET scenarios': (site) => ({ rules: site.scenarios.list(), scenarios: scenarioTitles }),
  'POST scenarios': (site, body) => site.scenarios.add(ruleOf(body)),
  'DELETE scenarios': (site) => site.scenarios.clear(),
  'GET faults': (site) => ({ waiting: site.faults.list(), kinds: faultKinds }),
  'POST faults': (site, body) => site.faults.add(faultOf(body)),
  'DELETE faults': (site) => site.faults.clear(),
  'GET environments': (site) => site.environments.map(truthOf),
  'POST environments': async (site, body) => truthOf(await seedEnvironment(site, seedOf(body))),
  'POST foreign-update': (site, body) => {
    foreignUpdate(site, environmentOf(site, body), (body as { label?: string }).label);
  },
  'POST managed-update': (site, body) => {
    managedUpdate(site, environmentOf(site, body), (body as { forMs?: number }).forMs);
  },
  'POST app': (site, body) => changeApp(site, environmentOf(site, body), body),
  'GET calls': (site) => [...site.calls.list()],
  'DELETE calls': (site) => site.calls.clear(),
  'GET mutations': (site) => site.calls.list().filter((call) => call.mutates && call.committed),
  'POST advance': (site, body) => site.clock.advance((body as { ms?: number }).ms ?? 0),
  'GET clock': (site) => ({ now: new Date(site.clock.now()).toISOString(), speed: site.clock.speed }),
  'GET cname': (site) => {
    const answering = site.environments.filter((one) => one.endpoint !== '' && one.status !== 'Terminated');
    return Object.fromEntries(answering.map((environment) => [environment.cname, environment.endpoint]));
  },
};

function ruleOf(body: object): ScenarioRule {
  const { scenario, match = {} } = body as Partial<ScenarioRule>;
  if (scenario === undefined || !isScenarioName(scenario)) {
    throw new BadOrder(`scenario must be one of: ${Object.keys(scenarioTitles).join(', ')}`);
  }
  return { ...(body as Partial<ScenarioRule>), scenario, match };
}

function faultOf(body: object): FaultRequest {
  const { operation, kind } = body as Partial<FaultRequest>;
  if (operation === undefined) throw new BadOrder('operation must name an API operation, or be *');
  const known = faultKinds.find((one) => one === kind);
  if (known === undefined) throw new BadOrder(`kind must be one of: ${faultKinds.join(', ')}`);
  return { ...(body as Partial<FaultRequest>), operation, kind: known };
}

function seedOf(body: object): EnvironmentSeed {
  const { application, environment } = body as Partial<EnvironmentSeed>;
  if (application === undefined || environment === undefined) {
    throw new BadOrder('application and environment must be named');
  }
  return { ...(body as Partial<EnvironmentSeed>), application, environment };
}

function environmentOf(site: Site, body: object): Environment {
  const { environment: name } = body as { environment?: string };
  const found = site.environments.find((one) => one.name === name && one.status !== 'Terminated');
  if (found === undefined) throw new BadOrder(`there is no environment named ${name}`);
  return found;
}

function changeApp(site: Site, environment: Environment, app: Partial<AppBehaviour>): void {
  for (const instance of environment.instances) {
    instance.app = { state: 'ok', afterMs: 0, periodMs: 60_000, ...app };
    instance.appSince = site.clock.now();
  }
  sampleHealth(site, environment);
}

function json(status: number, content: object): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(content),
  };
}

import type { RecordedCall } from '../s3/calls.js';
import type { FaultRequest } from '../s3/faults.js';
import type { AppBehaviour } from './behaviour.js';
import type { DeploymentPolicy } from './configuration.js';
import type { EnvironmentStatus, HealthStatus, Instance, OptionSetting } from './model.js';
import type { ScenarioRule } from './scenario-choice.js';

/** An environment to be there from the start; the application and the version are made when they are missing. */
export interface EnvironmentSeed {
  readonly application: string;
  readonly environment: string;
  /** Default 1. */
  readonly instances?: number;
  /** Default AllAtOnce. */
  readonly policy?: DeploymentPolicy;
  /** Instances of a rolling batch; default 1. */
  readonly batchSize?: number;
  readonly tier?: 'WebServer' | 'Worker';
  readonly health?: 'basic' | 'enhanced';
  /** One instance without a load balancer. */
  readonly singleInstance?: boolean;
  /** The running version; default `v1`. */
  readonly version?: string;
  /** Further versions that could be deployed. */
  readonly versions?: readonly string[];
  readonly stack?: string;
  readonly cnamePrefix?: string;
  /** How the running version does; default ok. */
  readonly app?: AppBehaviour['state'];
  readonly options?: readonly OptionSetting[];
}

/** What is true of an environment, whatever its API claims at the moment. */
export interface EnvironmentTruth {
  readonly id: string;
  readonly name: string;
  readonly application: string;
  readonly status: EnvironmentStatus;
  /** The label of the last successful deployment. */
  readonly label: string;
  readonly deploymentId: number;
  readonly health: HealthStatus;
  readonly cname: string;
  /** host:port. */
  readonly endpoint: string;
  readonly instances: readonly (Pick<Instance, 'id' | 'label' | 'deploymentId' | 'inService' | 'running'> & {
    readonly status: Instance['deploymentStatus'];
  })[];
}

/** Talks to the control API of a running simulator. Every method rejects when the simulator refuses or is gone. */
export interface SimulatorControl {
  /** Lets matching deployments follow a scenario. */
  scenario(rule: ScenarioRule): Promise<void>;
  clearScenarios(): Promise<void>;
  /** Lets calls of an operation go wrong. */
  fault(request: FaultRequest): Promise<void>;
  clearFaults(): Promise<void>;
  seed(seed: EnvironmentSeed): Promise<EnvironmentTruth>;
  environments(): Promise<readonly EnvironmentTruth[]>;
  environment(name: string): Promise<EnvironmentTruth>;
  /** Somebody else deploys `label`, aborting what runs. */
  foreignUpdate(environment: string, label?: string): Promise<void>;
  /** A managed update keeps the environment busy for some virtual milliseconds. */
  managedUpdate(environment: string, forMs?: number): Promise<void>;
  /** Changes how the running application does. */
  app(environment: string, app: Partial<AppBehaviour> & Pick<AppBehaviour, 'state'>): Promise<void>;
  calls(): Promise<readonly RecordedCall[]>;
  /** The calls that changed something, also when their answer was lost; each is listed once. */
  mutations(): Promise<readonly RecordedCall[]>;
  resetCalls(): Promise<void>;
  /** Moves the virtual clock forward. */
  advance(ms: number): Promise<void>;
  /** Endpoints (host:port) by CNAME. */
  cnames(): Promise<Readonly<Record<string, string>>>;
}

/** Creates a client for the simulator at `url`. */
export function createSimulatorControl(url: string): SimulatorControl {
  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${url}/_sim/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`The simulator refused ${method} ${path} (${response.status}): ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
  async function order(method: string, path: string, body?: object): Promise<void> {
    await call(method, path, body);
  }
  async function environments(): Promise<readonly EnvironmentTruth[]> {
    return (await call('GET', 'environments')) as EnvironmentTruth[];
  }
  return {
    scenario: (rule) => order('POST', 'scenarios', rule),
    clearScenarios: () => order('DELETE', 'scenarios'),
    fault: (request) => order('POST', 'faults', request),
    clearFaults: () => order('DELETE', 'faults'),
    seed: async (seed) => (await call('POST', 'environments', seed)) as EnvironmentTruth,
    environments,
    async environment(name) {
      const found = (await environments()).find((environment) => environment.name === name);
      if (found === undefined) throw new Error(`The simulator has no environment named ${name}.`);
      return found;
    },
    foreignUpdate: (environment, label) => order('POST', 'foreign-update', { environment, label }),
    managedUpdate: (environment, forMs) => order('POST', 'managed-update', { environment, forMs }),
    app: (environment, app) => order('POST', 'app', { environment, ...app }),
    calls: async () => (await call('GET', 'calls')) as RecordedCall[],
    mutations: async () => (await call('GET', 'mutations')) as RecordedCall[],
    resetCalls: () => order('DELETE', 'calls'),
    advance: (ms) => order('POST', 'advance', { ms }),
    cnames: async () => (await call('GET', 'cname')) as Record<string, string>,
  };
}

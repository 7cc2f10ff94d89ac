import type { AppBehaviour, Behaviour } from './behaviour.js';
import type { ChosenScenario } from './scenario-choice.js';

/** An application: a name that versions and environments belong to. Times are virtual milliseconds throughout. */
export interface Application {
  readonly name: string;
  description: string | undefined;
  readonly createdAt: number;
  updatedAt: number;
  readonly versions: Map<string, Version>;
  readonly templates: Map<string, Template>;
}

/** A saved configuration. */
export interface Template {
  readonly name: string;
  readonly stack: string;
  readonly options: OptionSetting[];
  readonly createdAt: number;
}

/** An application version. */
export interface Version {
  readonly label: string;
  readonly description: string | undefined;
  readonly bundle: { readonly bucket: string; readonly key: string };
  readonly createdAt: number;
  updatedAt: number;
  status: 'UNPROCESSED' | 'PROCESSING' | 'PROCESSED' | 'FAILED';
  visibleAt: number;
  readonly inBundle: ChosenScenario | undefined;
}

/** One configuration option. */
export interface OptionSetting {
  readonly namespace: string;
  readonly name: string;
  readonly value: string;
}

/** The states DescribeEnvironments reports. */
export type EnvironmentStatus =
  'Launching' | 'Updating' | 'Ready' | 'Aborting' | 'Terminating' | 'Terminated';

/** What one instance truly runs, whatever its environment claims. */
export interface Instance {
  readonly id: string;
  readonly zone: string;
  readonly launchedAt: number;
  label: string;
  deploymentId: number;
  deploymentStatus: 'In Progress' | 'Deployed' | 'Failed';
  deployedAt: number;
  /** What the instance ran before its last deployment. */
  before: { readonly label: string; readonly deploymentId: number };
  /** Elastic Beanstalk does not notice that this instance runs another version. */
  overlooked: boolean;
  /** Behind the load balancer; out of it an instance gets no HTTP requests. */
  inService: boolean;
  /** Whether the process on the instance answers at all. */
  running: boolean;
  /** Share of the traffic, relative to the other instances in service. */
  weight: number;
  app: AppBehaviour;
  /** When the scripted behaviour of the application began; infinite until the deployment has ended. */
  appSince: number;
  readonly engineLog: string[];
  readonly outLog: string[];
}

/** An operation that keeps an environment busy. */
export interface Operation {
  readonly kind:
    'launch' | 'deploy' | 'configure' | 'managed-update' | 'swap' | 'restart' | 'abort' | 'terminate';
  readonly requestId: string;
  readonly startedAt: number;
  readonly behaviour: Behaviour;
  /** The label it leads to; the present one when it deploys nothing. */
  readonly label: string;
  readonly deploymentId: number;
  abortable: boolean;
  /** Undoes what the policy built up (temporary instances) when the operation is given up. */
  giveUp: () => void;
}

/** The health of an environment as last sampled. */
export interface HealthSample {
  readonly status: HealthStatus;
  readonly causes: readonly string[];
  readonly at: number;
}

/** Health words of enhanced reporting ("Enhanced health reporting: colors and statuses"). */
export type HealthStatus =
  'NoData' | 'Unknown' | 'Pending' | 'Ok' | 'Info' | 'Warning' | 'Degraded' | 'Severe' | 'Suspended';

/** A log that was pulled from an instance. */
export interface PulledLog {
  readonly type: 'tail' | 'bundle' | 'analyze';
  readonly instanceId: string;
  readonly at: number;
  readonly url: string;
}

/** An environment with everything that moves in it. */
export interface Environment {
  readonly id: string;
  readonly name: string;
  readonly application: string;
  readonly tier: 'WebServer' | 'Worker';
  readonly createdAt: number;
  description: string | undefined;
  cname: string;
  /** host:port where its instances answer HTTP. */
  endpoint: string;
  stack: string;
  updatedAt: number;
  status: EnvironmentStatus;
  /** The label of the last deployment that Elastic Beanstalk counts as successful. */
  label: string;
  deploymentId: number;
  /** The last deployment id given out; failed deployments use one up too. */
  lastDeploymentId: number;
  instances: Instance[];
  options: OptionSetting[];
  operation: Operation | undefined;
  health: HealthSample;
  /** How the last finished operation went, for health causes; undefined before the first. */
  outcome: { readonly failed: boolean; readonly at: number; readonly tookMs: number } | undefined;
  pulledLogs: PulledLog[];
  logBehaviour: Behaviour['logs'];
  /** What others do to the environment a second after it became Ready. */
  onReady: (() => void)[];
  /** A health sample is already scheduled. */
  sampling: boolean;
}

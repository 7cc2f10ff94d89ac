import type { FaultRequest } from '../s3/faults.js';
import type { ScenarioName } from './scenario-names.js';

/** How the new version behaves once an instance serves it. Times are virtual milliseconds. */
export interface AppBehaviour {
  readonly state: 'ok' | 'red' | 'yellow' | 'grey' | 'flapping';
  /** How long the instance is good before `state` sets in. */
  readonly afterMs: number;
  /** Half a swing of `flapping`. */
  readonly periodMs: number;
  /** It behaves well until its environment is given the CNAME of another one. */
  readonly untilSwap?: true;
  /** The version that HTTP answers claim, when it is not the deployed one. */
  readonly answersAs?: 'previous';
}

/** Which instances fail their command: of the batch, or everything from the second batch on. */
type Failing = 'none' | 'all' | 'last' | 'batch-2';

/** Everything a deployment does that a plain success would not. Policies read it, they never look at scenario names. */
export interface Behaviour {
  readonly name: ScenarioName;
  /** Multiplies every wait. */
  readonly pace: number;
  readonly failing: Failing;
  /** An instance that keeps the old version while Elastic Beanstalk believes otherwise. */
  readonly leavesOne: boolean;
  readonly ending: 'normal' | 'errors' | 'timeouts' | 'never';
  /** Virtual milliseconds after which an operation that would never end does so; undefined for never. */
  readonly endsAfterMs: number | undefined;
  readonly says: 'all' | 'no-magic-message';
  readonly haste: 'normal' | 'fast';
  readonly abortable: boolean;
  readonly app: AppBehaviour;
  readonly failure: { readonly command: string; readonly output: string; readonly exitCode: number };
  readonly events: EventBehaviour;
  readonly logs: 'all' | 'missing-instance' | 'stale' | 'url-expired' | 'fail';
  readonly processing: 'ok' | 'failed' | 'stuck';
  /** Virtual milliseconds until a created version can be seen. */
  readonly visibleAfterMs: number;
  /** Faults that are armed when UpdateEnvironment asks for this version, before it is served. */
  readonly faultsBefore: readonly FaultRequest[];
  /** What takes the answer of an accepted UpdateEnvironment away. */
  readonly updateAnswer: 'sent' | 'reset-after-accept' | 'error-after-accept';
  readonly createAnswer: 'sent' | 'reset-after-accept' | 'error-after-accept';
  /** Faults that are armed once UpdateEnvironment was accepted; `caller` binds them to the key that asked. */
  readonly faultsAfter: readonly (FaultRequest & { readonly caller?: true; readonly inMs?: number })[];
  /** What somebody else does to the environment. */
  readonly intruder: 'none' | 'update-during' | 'update-after' | 'managed-update-after';
  readonly intruderLabel: string | undefined;
  /** How many later deployments of the environment fail too. */
  readonly failsNext: number;
}

/** How the events of one operation reach DescribeEvents. */
export interface EventBehaviour {
  readonly lagMs: number | undefined;
  readonly copies: number;
  readonly order: 'kept' | 'shuffled';
  readonly requestFilter: 'works' | 'empty';
  /** Extra TRACE-like events. */
  readonly flood: number;
}

/** Options of a scenario as they come from the control API or a bundle; each scenario reads those it knows. */
export interface ScenarioOptions {
  /** `slow`: how many times slower. */
  readonly factor?: number;
  /** Virtual milliseconds before trouble starts (red, yellow, grey, flapping, credentials). */
  readonly afterMs?: number;
  /** Virtual milliseconds: half a swing of `flapping-health`. */
  readonly periodMs?: number;
  /** Virtual milliseconds until `abort-refused` or `stuck-updating` ends by itself. */
  readonly forMs?: number;
  /** How many calls a fault strikes. */
  readonly times?: number;
  /** What a foreign update deploys; default: a version the simulator adds. */
  readonly label?: string;
  /** The command that fails, its last lines and its exit code. */
  readonly command?: string;
  readonly output?: string;
  readonly exitCode?: number;
}

const calm: Behaviour = {
  name: 'success',
  pace: 1,
  failing: 'none',
  leavesOne: false,
  ending: 'normal',
  endsAfterMs: undefined,
  says: 'all',
  haste: 'normal',
  abortable: true,
  app: { state: 'ok', afterMs: 0, periodMs: 0 },
  failure: {
    command: '.platform/hooks/predeploy/10_migrate.sh',
    output: 'migrate: relation "orders" does not exist\nmigrate: giving up after 3 attempts',
    exitCode: 1,
  },
  events: { lagMs: undefined, copies: 1, order: 'kept', requestFilter: 'works', flood: 0 },
  logs: 'all',
  processing: 'ok',
  visibleAfterMs: 0,
  faultsBefore: [],
  updateAnswer: 'sent',
  createAnswer: 'sent',
  faultsAfter: [],
  intruder: 'none',
  intruderLabel: undefined,
  failsNext: 0,
};

/** What a scenario makes a deployment do. Pure. */
export function behaviourOf(name: ScenarioName, options: ScenarioOptions = {}): Behaviour {
  const failure = {
    command: options.command ?? calm.failure.command,
    output: options.output ?? calm.failure.output,
    exitCode: options.exitCode ?? calm.failure.exitCode,
  };
  return { ...calm, failure, ...deviations[name](options), name };
}

type Deviation = (options: ScenarioOptions) => Partial<Behaviour>;

function fails(more: Partial<Behaviour> = {}): Deviation {
  return () => ({ failing: 'all', ...more });
}

function appTurns(state: AppBehaviour['state'], afterMs: number, periodMs = 60_000): Deviation {
  return (options) => {
    return { app: { state, afterMs: options.afterMs ?? afterMs, periodMs: options.periodMs ?? periodMs } };
  };
}

function withEvents(events: Partial<EventBehaviour>): Deviation {
  return () => ({ events: { ...calm.events, ...events } });
}

const reads = [
  'DescribeEvents',
  'DescribeEnvironments',
  'DescribeInstancesHealth',
  'DescribeEnvironmentHealth',
];

const deviations: Readonly<Record<ScenarioName, Deviation>> = {
  success: () => ({}),
  'deploy-fail': fails(),
  'deploy-fail-no-magic-message': fails({ says: 'no-magic-message' }),
  'deploy-fail-fast': fails({ haste: 'fast' }),
  'rolling-fail-batch2': fails({ failing: 'batch-2' }),
  'immutable-fail': fails(),
  'trafficsplit-fail': fails(),
  'partial-success': () => ({ leavesOne: true }),
  'complete-with-errors': () => ({ failing: 'last', ending: 'errors' }),
  'command-timeout': () => ({ failing: 'last', ending: 'timeouts' }),
  'stuck-updating': (options) => ({ ending: 'never', endsAfterMs: options.forMs }),
  'abort-refused': (options) => {
    return { ending: 'never', abortable: false, endsAfterMs: options.forMs ?? 600_000 };
  },
  'red-after-ready': appTurns('red', 20_000),
  'red-under-traffic': (options) => {
    return { app: { state: 'red', afterMs: options.afterMs ?? 10_000, periodMs: 0, untilSwap: true } };
  },
  'flapping-health': appTurns('flapping', 0),
  'yellow-warning': appTurns('yellow', 0),
  'grey-nodata': appTurns('grey', 0),
  'stale-answers': () => ({ app: { ...calm.app, answersAs: 'previous' } }),
  slow: (options) => ({ pace: options.factor ?? 5 }),
  'foreign-update': (options) => ({ intruder: 'update-during', intruderLabel: options.label }),
  'foreign-update-after': (options) => ({ intruder: 'update-after', intruderLabel: options.label }),
  'managed-update-intervenes': () => ({ intruder: 'managed-update-after' }),
  'request-id-events-empty': withEvents({ requestFilter: 'empty' }),
  'events-late': withEvents({ lagMs: 60_000 }),
  'events-duplicated': withEvents({ copies: 2 }),
  'events-out-of-order': withEvents({ order: 'shuffled' }),
  'events-flood': withEvents({ flood: 2_300 }),
  throttled: (options) => {
    const times = options.times ?? 4;
    return { faultsAfter: reads.map((operation) => ({ operation, kind: 'throttle', times })) };
  },
  'update-throttled': (options) => {
    return {
      faultsBefore: [{ operation: 'UpdateEnvironment', kind: 'throttle', times: options.times ?? 2 }],
    };
  },
  'reset-after-accept': () => ({ updateAnswer: 'reset-after-accept' }),
  'error-after-accept': () => ({ updateAnswer: 'error-after-accept' }),
  'version-reset-after-accept': () => ({ createAnswer: 'reset-after-accept' }),
  'version-error-after-accept': () => ({ createAnswer: 'error-after-accept' }),
  'version-not-visible': (options) => ({ visibleAfterMs: options.afterMs ?? 10_000 }),
  'version-processing-failed': () => ({ processing: 'failed' }),
  'version-processing-stuck': () => ({ processing: 'stuck' }),
  'rollback-fails-once': fails({ failsNext: 1 }),
  'rollback-fails-always': fails({ failsNext: Number.POSITIVE_INFINITY }),
  'credentials-expire': (options) => {
    const inMs = options.afterMs ?? 10_000;
    const times = options.times ?? 0;
    return { faultsAfter: [{ operation: '*', kind: 'expired-credentials', times, caller: true, inMs }] };
  },
  'insufficient-privileges': (options) => {
    const times = options.times ?? 1;
    return { faultsBefore: [{ operation: 'UpdateEnvironment', kind: 'insufficient-privileges', times }] };
  },
  'logs-missing-instance': fails({ logs: 'missing-instance' }),
  'logs-stale': fails({ logs: 'stale' }),
  'logs-url-expired': fails({ logs: 'url-expired' }),
  'logs-fail': fails({ logs: 'fail' }),
};

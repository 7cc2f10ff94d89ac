import { failed, passed, unknown, type Finding } from '../../connection-check.js';
import { hostOf, rolesOf } from '../blue-green/pair.js';
import { isStamped, notOurs } from '../clone/stamp.js';
import type { Environment } from '../environment.js';
import type { Access } from '../regions.js';
import type { ElasticBeanstalkTarget } from '../target.js';

/** Looks at one thing, by further calls where it needs any. */
type See = (access: Access) => (signal: AbortSignal) => Promise<Finding>;

/** The environments that a target names, its own first. */
export function namesOf({ environment, blueGreen, madeFrom }: ElasticBeanstalkTarget): readonly string[] {
  const others = [blueGreen?.environment, madeFrom?.environment];
  return [environment, ...others.filter((name) => name !== undefined)];
}

/** Names of the checks that `environmentChecks` makes. */
export function stateChecks(target: ElasticBeanstalkTarget): readonly string[] {
  return environmentChecks(target, []).map(([check]) => check);
}

/** Whether each environment that the target names is there and fit, by what was listed. */
export function environmentChecks(
  target: ElasticBeanstalkTarget,
  listed: readonly Environment[],
): readonly (readonly [check: string, see: See])[] {
  const { environment, blueGreen, madeFrom } = target;
  const seen = (name: string) => listed.find((one) => one.name === name);
  if (madeFrom !== undefined) {
    const origin = madeFrom.environment;
    return [
      [nameOf(environment), (access) => (signal) => cloneState(target, seen(environment), access, signal)],
      [nameOf(origin), (access) => (signal) => stateOf(target, origin, seen(origin), access, signal)],
    ];
  }
  if (blueGreen === undefined)
    return [
      [
        nameOf(environment),
        (access) => (signal) => stateOf(target, environment, seen(environment), access, signal),
      ],
    ];
  const names = [environment, blueGreen.environment] as const;
  const either = names.some((name) => seen(name) !== undefined);
  return [
    ...names.map((name): readonly [string, See] => [
      nameOf(name),
      (access) => async (signal) =>
        either && seen(name) === undefined
          ? passed('It is not there yet; the next deployment makes it from the live one')
          : await stateOf(target, name, seen(name), access, signal),
    ]),
    [`CNAME ${blueGreen.cname}`, () => async () => pairState(target, names, names.map(seen))],
  ];
}

function nameOf(environment: string): string {
  return `Environment ${environment}`;
}

async function stateOf(
  target: ElasticBeanstalkTarget,
  name: string,
  environment: Environment | undefined,
  { eb }: Access,
  signal: AbortSignal,
): Promise<Finding> {
  const { application, region } = target;
  if (environment === undefined) {
    const others = (await eb.environmentsOf(application, signal)).filter(
      ({ status }) => status !== 'Terminated',
    );
    const instead =
      others.length === 0
        ? `no environment of the application ${application} is`
        : `${others.map((one) => one.name).join(', ')} of the application ${application} ${others.length === 1 ? 'is' : 'are'}`;
    return failed(
      `It is not listed in ${region}, or hidden from these credentials; ${instead}`,
      'Correct application, environment and region of the target, or make the environment',
    );
  }
  return fitness(target, environment);
}

function fitness({ application, region }: ElasticBeanstalkTarget, environment: Environment): Finding {
  const { status, color, healthStatus, tier, platform } = environment;
  if (environment.application !== application)
    return failed(
      `It belongs to the application ${environment.application}, not ${application}`,
      'Correct application or environment of the target',
    );
  if (tier === 'Cluster')
    return failed('It is of the tier Cluster, which is not supported', 'Name an environment of another tier');
  if (status === 'Terminating' || status === 'Terminated')
    return failed(`It is ${status}`, 'Name an environment that stays, or make it anew');
  if (status !== 'Ready')
    return unknown(`It is ${status}; a deployment waits until it is Ready`, 'Test again when it is Ready');
  return passed(`It is Ready in ${region}, health ${healthStatus ?? color}, on ${platform}`);
}

/** The environment of a clone may be missing, and must be one that was made for it. */
async function cloneState(
  target: ElasticBeanstalkTarget,
  environment: Environment | undefined,
  { eb }: Access,
  signal: AbortSignal,
): Promise<Finding> {
  if (environment === undefined) return passed('It is not there yet; the first deployment makes it');
  const stamp = target.madeFrom?.stamp ?? '';
  if (await isStamped(eb, environment, stamp, signal)) return fitness(target, environment);
  return failed(notOurs(environment.name), 'Delete the clone, and make one of another name');
}

/** Whether the two can take turns, by the same rule as a deployment. */
function pairState(
  target: ElasticBeanstalkTarget,
  names: readonly [string, string],
  seen: readonly (Environment | undefined)[],
): Finding {
  const cname = hostOf(target.blueGreen?.cname ?? '', target.region);
  const roles = rolesOf({ names, cname }, target, seen);
  if (roles.are === 'unfit') return failed(roles.failure.detail, roles.failure.hint);
  return passed(`${roles.live.name} holds ${cname} and is the live one`);
}

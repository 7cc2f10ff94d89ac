import { failure, type Failure } from '../../../shared/domain/failures.js';
import type { Environment } from '../environment.js';
import type { Following } from '../region-watch.js';
import type { Memory, Rollout, Site } from '../rollout.js';
import type { ElasticBeanstalkTarget } from '../target.js';

/** What a session keeps for each of the two environments. */
export interface Side {
  readonly watch: Following;
  readonly memory: Memory;
}

/** The two environments of a target by their names, as the session sees them. */
export interface Pair {
  /** What both have in common; its environment is the one that the target names first. */
  readonly site: Site;
  readonly names: readonly [string, string];
  /** Whole host name of the CNAME that traffic uses. */
  readonly cname: string;
  sideOf(name: string): Side;
}

/** Who is who at the moment. */
export type Roles =
  | { readonly are: 'known'; readonly live: Environment; readonly idle: Environment | undefined }
  | { readonly are: 'unfit'; readonly failure: Failure };

/** Host name of the CNAME of a blue/green target; a prefix alone lies in the region (developer guide, "CNAME swap"). */
export function hostOf(cname: string, region: string): string {
  if (cname.includes('.')) return cname.toLowerCase();
  const zone = region.startsWith('cn-') ? 'elasticbeanstalk.com.cn' : 'elasticbeanstalk.com';
  return `${cname.toLowerCase()}.${region}.${zone}`;
}

/** Whoever holds the CNAME is live. Refuses pairs that can never take turns. */
export function rolesOf(
  { names, cname }: Pick<Pair, 'names' | 'cname'>,
  target: ElasticBeanstalkTarget,
  seen: readonly (Environment | undefined)[],
): Roles {
  const [first, second] = names;
  if (first === second) return unfit(`Both environments are named ${first}.`);
  const found = seen.filter((one) => one !== undefined);
  if (found.length === 0) {
    const detail = `Neither ${first} nor ${second} is listed in ${target.region}.`;
    return { are: 'unfit', failure: failure('eb.environment-missing', detail) };
  }
  for (const { name, application, tier } of found) {
    if (application !== target.application) {
      return unfit(`${name} belongs to the application ${application}, not ${target.application}.`);
    }
    if (tier !== 'WebServer') {
      return unfit(
        `${name} is of the tier ${tier}, which has no CNAME to swap; use the deployment policy Immutable instead.`,
      );
    }
  }
  const live = found.find((one) => one.cname === cname);
  if (live === undefined) {
    const held = found.map((one) => `${one.name} holds ${one.cname ?? 'none'}`).join(', ');
    return unfit(`Nobody of the two holds ${cname}: ${held}.`);
  }
  return { are: 'known', live, idle: found.find((one) => one !== live) };
}

/** The side of one environment, without a baseline. */
export function siteFor(pair: Pair, name: string): Site {
  const { site } = pair;
  return { ...site, target: { ...site.target, environment: name }, ...pair.sideOf(name) };
}

/** A release on its way to the idle one of two environments. */
export interface Turnover {
  readonly pair: Pair;
  /** Of the live environment; its baseline says who was live. */
  readonly live: Rollout;
  readonly idleName: string;
  /** What marks the idle environment as made for one clone, when it is no partner of the live one. */
  readonly stamp?: string;
}

function unfit(detail: string): Roles {
  return { are: 'unfit', failure: failure('eb.pair-unfit', detail) };
}

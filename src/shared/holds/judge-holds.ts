import type { Version } from '../contract/version.js';
import { concerns, type Blocker, type Facts, type Rule } from '../domain/blockers/blocker.js';
import { judgeBlockers, type Blocked } from '../domain/blockers/judge.js';
import type { Deployment, Request } from '../domain/deployment.js';
import { LIVE_NAMES, type Hold, type State } from '../domain/state.js';
import type { Configuration, Snapshot } from '../store/configuration.js';
import type { Deployments } from '../store/deployments.js';
import type { Versions } from '../store/versions.js';
import { blockersOf } from './configured-blockers.js';

/** A deployment, or the wish for one, as far as it matters to what may hold it. */
export interface Subject {
  /** Absent before it is accepted. */
  readonly id?: string;
  readonly request: Pick<Request, 'service' | 'environment' | 'version' | 'actor' | 'override'>;
}

export interface HoldDeps {
  readonly configuration: Pick<Configuration, 'current'>;
  readonly deployments: Pick<Deployments, 'list'>;
  readonly versions: Pick<Versions, 'find'>;
}

/** Most deployments under way that rules about others look at. */
const MOST_LIVE = 1_000;

const UNDER_WAY = LIVE_NAMES.filter((name) => name !== 'held');
const ABOUT_OTHERS: ReadonlySet<Rule['type']> = new Set(['concurrent', 'single-region']);
const ABOUT_VERSION: ReadonlySet<Rule['type']> = new Set(['branch', 'commit-status']);

/** The blockers in the way of a deployment at a time, by the configuration that this process knows. Reads only what they need. */
export async function judgeByBlockers(
  deps: HoldDeps,
  subject: Subject,
  now: number,
): Promise<readonly Blocked[]> {
  const snapshot = deps.configuration.current();
  const facts = factsOf(snapshot, subject, now);
  const concerned = blockersOf(snapshot.blockers).filter((blocker) => concerns(blocker, facts));
  if (concerned.length === 0) return [];
  const [version, live] = await Promise.all([
    asks(concerned, ABOUT_VERSION) ? deps.versions.find(facts.service, subject.request.version) : undefined,
    asks(concerned, ABOUT_OTHERS) ? othersUnderWay(deps, snapshot, subject) : [],
  ]);
  return judgeBlockers(concerned, { ...facts, ...knownOf(version), live });
}

/** What is known without asking the store. */
export function factsOf({ environments }: Snapshot, { request }: Subject, now: number): Facts {
  const { service, environment, actor, override } = request;
  const tier = environments.get(environment)?.tier;
  return {
    service,
    environment,
    actor: actor.name,
    now,
    live: [],
    ...(tier !== undefined && { tier }),
    ...(override && { overridden: override.blockers }),
  };
}

/** The holds that blockers make. */
export function holdsOf(blocked: readonly Blocked[]): readonly Hold[] {
  return blocked.map(({ blocker, because, clearsAt }) => ({
    kind: 'blocker',
    text: because,
    blocker,
    ...(clearsAt !== undefined && { until: clearsAt }),
  }));
}

function asks(blockers: readonly Blocker[], types: ReadonlySet<Rule['type']>): boolean {
  return blockers.some(({ rule }) => types.has(rule.type));
}

function knownOf(version: Version | undefined): Pick<Facts, 'branch' | 'commitStatus'> {
  return {
    ...(version?.branch !== undefined && { branch: version.branch }),
    ...(version?.commitStatus !== undefined && { commitStatus: version.commitStatus }),
  };
}

/** Of two that wait for each other the earlier goes first; whoever has written is always counted. */
async function othersUnderWay(
  { deployments }: HoldDeps,
  { environments }: Snapshot,
  { id }: Subject,
): Promise<Facts['live']> {
  const live = await deployments.list({ states: UNDER_WAY, limit: MOST_LIVE });
  return live
    .filter((other) => goesFirst(other, id))
    .map(({ request: { service, environment } }) => {
      const tier = environments.get(environment)?.tier;
      return { service, environment, ...(tier !== undefined && { tier }) };
    });
}

function goesFirst(other: Deployment, id: string | undefined): boolean {
  if (id === undefined) return true;
  return other.id !== id && (other.id < id || hasWritten(other.state));
}

function hasWritten(state: State): boolean {
  return state.name === 'rolling_back' || ('wrote' in state && state.wrote);
}

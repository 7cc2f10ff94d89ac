import type { DriftStatus, DriftView } from '../../shared/contract/drift.js';
import type { EnvironmentStatus } from '../../shared/contract/snapshot.js';
import { targetName } from '../../shared/domain/ids.js';
import { judgeByBlockers, type HoldDeps } from '../../shared/holds/judge-holds.js';
import type { Configuration } from '../../shared/store/configuration.js';
import type { Deployments } from '../../shared/store/deployments.js';
import type { Drifts } from '../../shared/store/drifts.js';
import type { Run, Snapshots } from '../../shared/store/snapshots.js';
import type { Versions } from '../../shared/store/versions.js';
import { mayView } from '../access/permit.js';
import { presentRun } from '../present-snapshot.js';
import { timestamp } from '../present.js';
import type { Caller } from '../access/caller.js';
import { compareRunning, compareWithNewest } from './compare-running.js';

/** What reading the status needs of the world around it. */
export interface StatusDeps extends HoldDeps {
  readonly configuration: Configuration;
  readonly deployments: Pick<Deployments, 'list' | 'failedOn'>;
  readonly versions: Pick<Versions, 'find' | 'list' | 'change'>;
  readonly snapshots: Pick<Snapshots, 'now'>;
  readonly drifts: Pick<Drifts, 'of'>;
}

type TargetStatus = EnvironmentStatus['services'][number];

interface StatusQuery {
  readonly environment: string;
  /** Environment to compare with. */
  readonly against: string | undefined;
}

/**
 * What runs in an environment as far as the caller may see it, and what is on its way. What they may not see elsewhere is
 * not compared with.
 */
export async function readStatus(
  deps: StatusDeps,
  { environment, against }: StatusQuery,
  caller: Caller,
): Promise<EnvironmentStatus> {
  const [{ targets }, runs, drifts, others] = await Promise.all([
    deps.configuration.refresh(),
    deps.snapshots.now(environment),
    deps.drifts.of(environment),
    against === undefined ? undefined : deps.snapshots.now(against),
  ]);
  const services = [...targets].flatMap(([name, { provider }]) => {
    const [service = '', place] = name.split('/');
    return place === environment && mayView(caller, { service, environment }) ? [{ service, provider }] : [];
  });
  const otherOf = (service: string): Other | undefined =>
    against !== undefined &&
    targets.has(targetName(service, against)) &&
    mayView(caller, { service, environment: against })
      ? { environment: against, run: others?.get(service) }
      : undefined;
  return {
    environment,
    at: timestamp(Date.now()),
    services: await Promise.all(
      services.map(({ service, provider }) =>
        statusOf(
          deps,
          { service, provider, environment, actor: caller.name },
          { running: runs.get(service), drift: drifts.get(service), other: otherOf(service) },
        ),
      ),
    ),
  };
}

interface Other {
  readonly environment: string;
  readonly run: Run | undefined;
}

interface Seen {
  readonly running: Run | undefined;
  readonly drift: DriftView | undefined;
  readonly other: Other | undefined;
}

async function statusOf(
  deps: StatusDeps,
  {
    service,
    provider,
    environment,
    actor,
  }: Readonly<Record<'service' | 'provider' | 'environment' | 'actor', string>>,
  { running, drift, other }: Seen,
): Promise<TargetStatus> {
  const request = { service, environment, version: '', actor: { name: actor } };
  const [[last], newest, failed, blocked, against] = await Promise.all([
    deps.deployments.list({ service, environment, limit: 1 }),
    newestBeside(deps.versions, service, running),
    deps.deployments.failedOn(targetName(service, environment)),
    judgeByBlockers(deps, { request }, Date.now()),
    other && compareRunning(deps.versions, { service, here: { environment, run: running }, there: other }),
  ]);
  return {
    service,
    provider,
    ...(running && { running: presentRun(running) }),
    // A look at something that ran before says nothing of what runs now.
    ...(drift?.deployment === running?.deployment && drift && { drift: inShort(drift) }),
    ...(last && {
      last: {
        deployment: last.id,
        number: last.number,
        version: last.request.version,
        state: last.state.name,
        at: timestamp(last.updatedAt),
      },
    }),
    ...(failed && { failed }),
    ...(newest && { newest }),
    ...(other &&
      against && {
        against: {
          environment: other.environment,
          ...(other.run?.certain === true && { version: other.run.version }),
          ...against,
        },
      }),
    blocked: blocked.length,
  };
}

/** The version that was registered last when it is not the one that runs. */
async function newestBeside(
  versions: StatusDeps['versions'],
  service: string,
  running: Run | undefined,
): Promise<TargetStatus['newest']> {
  const [newest] = await versions.list(service, { limit: 1 });
  if (!newest || newest.version === running?.version) return undefined;
  const about = { version: newest.version, at: newest.createdAt };
  if (!running) return about;
  return { ...about, ...(await compareWithNewest(versions, service, running, newest)) };
}

function inShort({ state, at, since, objects, more, because }: DriftView): DriftStatus {
  return { state, at, since, objects: objects.length + more, ...(because !== undefined && { because }) };
}

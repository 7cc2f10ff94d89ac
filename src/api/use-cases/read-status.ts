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

/** What reading the status needs of the world around it. */
export interface StatusDeps extends HoldDeps {
  readonly configuration: Configuration;
  readonly deployments: Pick<Deployments, 'list' | 'failedOn'>;
  readonly versions: Pick<Versions, 'find' | 'list'>;
  readonly snapshots: Pick<Snapshots, 'now'>;
  readonly drifts: Pick<Drifts, 'of'>;
}

type TargetStatus = EnvironmentStatus['services'][number];

/** What runs in an environment as far as the caller may see it, and what is on its way. */
export async function readStatus(
  deps: StatusDeps,
  environment: string,
  caller: Caller,
): Promise<EnvironmentStatus> {
  const [{ targets }, runs, drifts] = await Promise.all([
    deps.configuration.refresh(),
    deps.snapshots.now(environment),
    deps.drifts.of(environment),
  ]);
  const services = [...targets].flatMap(([name, { provider }]) => {
    const [service = '', place] = name.split('/');
    return place === environment && mayView(caller, { service, environment }) ? [{ service, provider }] : [];
  });
  return {
    environment,
    at: timestamp(Date.now()),
    services: await Promise.all(
      services.map(({ service, provider }) =>
        statusOf(
          deps,
          { service, provider, environment, actor: caller.name },
          { running: runs.get(service), drift: drifts.get(service) },
        ),
      ),
    ),
  };
}

async function statusOf(
  deps: StatusDeps,
  {
    service,
    provider,
    environment,
    actor,
  }: Readonly<Record<'service' | 'provider' | 'environment' | 'actor', string>>,
  { running, drift }: { readonly running: Run | undefined; readonly drift: DriftView | undefined },
): Promise<TargetStatus> {
  const request = { service, environment, version: '', actor: { name: actor } };
  const [[last], [newest], failed, blocked] = await Promise.all([
    deps.deployments.list({ service, environment, limit: 1 }),
    deps.versions.list(service, { limit: 1 }),
    deps.deployments.failedOn(targetName(service, environment)),
    judgeByBlockers(deps, { request }, Date.now()),
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
    ...(newest &&
      newest.version !== running?.version && {
        newest: { version: newest.version, at: newest.createdAt },
      }),
    blocked: blocked.length,
  };
}

function inShort({ state, at, since, objects, more, because }: DriftView): DriftStatus {
  return { state, at, since, objects: objects.length + more, ...(because !== undefined && { because }) };
}

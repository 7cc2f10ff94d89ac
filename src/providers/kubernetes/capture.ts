import { createHash } from 'node:crypto';
import { failure, type Failure } from '../../shared/domain/failures.js';
import type { Capture, Turn } from '../contract.js';
import { atOnce } from './at-once.js';
import type { Baseline, BaselineObject } from './baseline.js';
import { contentOf } from './apply/restored.js';
import type { Gateway, Place } from './gateway.js';
import { numberAt } from './json.js';
import { annotationOf, ENVIRONMENT, SERVICE, VERSION } from './manifests/annotations.js';
import { nameOf, type KubeObject, type ManagedFields } from './object.js';
import type { Rollout } from './rollout.js';
import { chooseConfiguration } from './set/choose-configuration.js';
import { readInventory } from './set/inventory.js';
import { keyOf, placeOf, storedPlace, type Member } from './set/member.js';
import { missingNamespaces } from './set/namespaces.js';
import { pausedOf } from './set/paused.js';
import { prepareSet } from './set/prepare.js';
import type { PreparedSet } from './set/prepared-set.js';
import { isPrunable } from './set/prune.js';

/** Redis holds the baseline while the deployment lives. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Reads everything that the deployment may change. Read-only. */
export async function capture(rollout: Rollout, turn: Turn): Promise<Capture<Baseline>> {
  const { target, memory } = rollout;
  const { gateway, cluster } = await rollout.link(turn.signal);
  const mode = target.configuration ?? 'annotated';
  const prepared = await prepareSet(
    rollout,
    cluster.discovery,
    (objects) => chooseConfiguration(objects, mode, gateway, turn.signal),
    turn.signal,
  );
  if (prepared.said === 'failed') return prepared;
  memory.set = prepared.value;
  const { members } = prepared.value;
  const missing = await missingNamespaces(members, target, gateway, turn.signal);
  if (missing.length > 0) {
    return refused(failure('k8s.namespace-missing', `There is no namespace ${missing.join(', ')}`));
  }
  const lives = await atOnce(members, (member) => readMember(gateway, member, turn.signal));
  const leaving = lives.flatMap((live) => (live?.metadata.deletionTimestamp ? [nameOf(refOf(live))] : []));
  if (leaving.length > 0) {
    return { said: 'wait', forMs: 2_000, because: `${leaving.join(', ')} is being deleted` };
  }
  const strangers = strangersOf(rollout, lives);
  if (strangers) return refused(strangers);
  const paused = pausedOf(rollout.manager, members, lives);
  if (paused) return refused(paused);
  const record = await gateway.read(rollout.inventory, turn.signal);
  const objects = [
    ...members.map((member, index) => ({
      ...storedPlace(member),
      part: 'set' as const,
      ...beforeOf(rollout, member, lives[index]),
    })),
    ...(await pruned(rollout, gateway, { members, record }, turn.signal)),
    {
      ...storedPlace({ ...rollout.inventory, resource: INVENTORY_RESOURCE }),
      part: 'inventory' as const,
      ...beforeOf(rollout, rollout.inventory, record),
    },
  ];
  return captured(rollout, prepared.value, objects, record);
}

const INVENTORY_RESOURCE = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
  verbs: [],
  subresources: [],
};

function captured(
  { target }: Rollout,
  { choices, waves, hooks }: PreparedSet,
  objects: readonly BaselineObject[],
  record: KubeObject | undefined,
): Capture<Baseline> {
  const version = record && annotationOf(record, VERSION);
  const baseline: Baseline = {
    objects: [...objects],
    choices: choices.map((choice) => ({ ...choice })),
    waves: waves.length,
    hooks: (['pre-deploy', 'post-deploy'] as const).filter((at) => hooks.some((hook) => hook.at === at)),
    keepsSecrets: objects.some(({ before }) => before?.keptIn !== undefined),
    ...(version !== undefined && { version }),
  };
  const bytes = Buffer.byteLength(JSON.stringify(baseline));
  if (bytes > MOST_BYTES) {
    const detail = `The live objects take ${bytes} bytes, of which ${MOST_BYTES} can be recorded`;
    return refused(failure('k8s.set-too-large', detail));
  }
  const set = objects.filter(({ part }) => part === 'set');
  const there = set.filter(({ before }) => before).length;
  const runs = version === undefined ? 'nothing of Beanpod' : `version ${version}`;
  const isFirst = there === 0;
  const noRollback =
    isFirst && target.onFirstFailure === 'leave'
      ? failure(
          'rollback.nothing-before',
          'No object of the set existed, and the target says to leave a bad first version',
        )
      : undefined;
  return {
    said: 'captured',
    baseline,
    summary: `${runs}; ${there} of the ${set.length} objects exist`,
    ...(target.groups && { groups: Object.keys(target.groups).sort() }),
    ...(noRollback && { noRollback }),
  };
}

function refused(why: Failure): Capture<Baseline> {
  return { said: 'failed', failure: why };
}

/** A kind that the cluster does not serve yet has no objects. */
async function readMember(
  gateway: Gateway,
  member: Member,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  return member.definedHere ? undefined : gateway.read(member, signal);
}

function refOf(live: KubeObject) {
  const { namespace, name = '' } = live.metadata;
  return { apiVersion: live.apiVersion, kind: live.kind, name, ...(namespace && { namespace }) };
}

/** Objects that another target deploys: two targets with one object would undo each other for ever. */
function strangersOf({ release }: Rollout, lives: readonly (KubeObject | undefined)[]): Failure | undefined {
  const said = lives.flatMap((live) => {
    const { [SERVICE]: service, [ENVIRONMENT]: environment } = live?.metadata.labels ?? {};
    if (!live || service === undefined || environment === undefined) return [];
    if (service === release.service && environment === release.environment) return [];
    return [`${nameOf(refOf(live))} belongs to the target ${service}/${environment}`];
  });
  return said.length > 0 ? failure('k8s.conflict', said.join('; ')) : undefined;
}

async function pruned(
  rollout: Rollout,
  gateway: Gateway,
  { members, record }: { readonly members: readonly Member[]; readonly record: KubeObject | undefined },
  signal: AbortSignal,
): Promise<readonly BaselineObject[]> {
  if (rollout.target.prune !== true) return [];
  const staying = new Set(members.map(keyOf));
  const left = readInventory(record).filter(
    (entry) => !staying.has(keyOf(placeOf({ ...entry, part: 'prune' }))),
  );
  const found = await atOnce(left, async (entry) => {
    const { uid: _, by: __, ...place } = entry;
    const object: BaselineObject = { ...place, part: 'prune' };
    const live = await gateway.read(placeOf(object), signal);
    // One that is on its way out already needs nothing more, and a rollback would make it again.
    if (!live || live.metadata.deletionTimestamp || !isPrunable(entry, live, rollout.release)) return [];
    return [{ ...object, ...beforeOf(rollout, placeOf(object), live) }];
  });
  return found.flat();
}

function beforeOf(
  { manager }: Rollout,
  { kind, namespace, name }: Place & { readonly kind: string },
  live: KubeObject | undefined,
): Pick<BaselineObject, 'before'> {
  if (!live) return {};
  const managedFields: readonly ManagedFields[] = live.metadata.managedFields ?? [];
  const isSecret = kind === 'Secret' && live.apiVersion === 'v1';
  // A Secret is kept in the cluster, where only those read it who may read Secrets; see docs/kubernetes.md.
  const object = isSecret ? { apiVersion: 'v1', kind, metadata: { namespace, name } } : contentOf(live);
  const keptIn = createHash('sha256').update(`${manager}/${name}`).digest('hex').slice(0, 16);
  return {
    before: {
      uid: live.metadata.uid ?? '',
      object,
      managedFields: [...managedFields],
      wasReady: wasReady(live),
      ...(isSecret && { keptIn: `beanpod-kept-${keptIn}` }),
    },
  };
}

/** A workload that was not well before cannot be waited for after a rollback. */
function wasReady(live: KubeObject): boolean {
  const count = (name: string) => numberAt(live, 'status', name) ?? 0;
  const isBehind = count('observedGeneration') < (live.metadata.generation ?? 0);
  switch (live.kind) {
    case 'DaemonSet':
      return (
        !isBehind &&
        Math.min(count('numberReady'), count('updatedNumberScheduled')) >= count('desiredNumberScheduled')
      );
    case 'Deployment':
    case 'StatefulSet': {
      const wanted = numberAt(live, 'spec', 'replicas') ?? 1;
      return !isBehind && Math.min(count('readyReplicas'), count('updatedReplicas')) >= wanted;
    }
    default:
      return true;
  }
}

import { failure, type Failure } from '../../../shared/domain/failures.js';
import type { Gateway } from '../gateway.js';
import { stamped, type Stamp } from '../manifests/stamp.js';
import { nameOf, type KubeObject } from '../object.js';
import type { Member } from '../set/member.js';
import {
  answerFor,
  conflictsOf,
  resolve,
  sentenceOf,
  withoutFieldsOf,
  type ConflictRules,
} from './conflicts.js';
import { entriesToMigrate } from './field-managers.js';
import { union } from './field-set.js';
import { keyOf, withScaledReplicas, type Scaled } from './replicas.js';

/** How objects of one deployment are written. */
export interface Writing {
  readonly gateway: Gateway;
  readonly manager: string;
  readonly stamp: Stamp;
  readonly rules: ConflictRules;
  readonly scaled: Scaled;
}

/** What came of one apply. */
export type WriteAnswer =
  | { readonly said: 'written'; readonly object: KubeObject }
  | { readonly said: 'refused'; readonly failure: Failure };

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Applies a member over what is live, by the rules of the target for fields of others. A real write carries the
 * resourceVersion of `live`: if anybody wrote since, nothing happens and the caller looks again.
 */
export async function writeObject(
  writing: Writing,
  member: Member,
  live: KubeObject | undefined,
  how: 'for real' | 'dry run',
  signal: AbortSignal,
): Promise<WriteAnswer> {
  const { gateway, manager, rules } = writing;
  const dryRun = how === 'dry run';
  const seen = live && !dryRun ? await migrated(writing, member, live, signal) : live;
  const configuration = configurationOf(writing, member, seen);
  const body = seen && !dryRun ? pinned(configuration, seen) : configuration;
  try {
    const object = await gateway.apply(member, body, { manager, force: false, dryRun }, signal);
    return { said: 'written', object };
  } catch (error) {
    const conflicts = conflictsOf(error, seen);
    if (!conflicts || !seen) throw error;
    const answer = resolve(conflicts, rules);
    if (answer.said === 'refused') {
      const said = answer.conflicts.map(sentenceOf).join('; ');
      return { said: 'refused', failure: failure('k8s.conflict', `${nameOf(member.ref)}: ${said}`) };
    }
    const reduced = withoutFieldsOf(answer.left, body, seen);
    const object = await gateway.apply(member, reduced, { manager, force: true, dryRun }, signal);
    return { said: 'written', object };
  }
}

/**
 * Whose fields stand against our configuration now, as sentences: what somebody else changed since we wrote it.
 * Asks the server by a dry run that takes nothing over.
 */
export async function changedSince(
  writing: Writing,
  member: Member,
  live: KubeObject,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { gateway, manager } = writing;
  const body = configurationOf(writing, member, live);
  try {
    await gateway.apply(member, body, { manager, force: false, dryRun: true }, signal);
    return [];
  } catch (error) {
    const conflicts = conflictsOf(error, live);
    if (!conflicts) throw error;
    return conflicts.map(sentenceOf);
  }
}

/** The live object with every field that we deploy as we deployed it, as the server would have it. Nothing is kept. */
export function asDeployed(
  writing: Writing,
  member: Member,
  live: KubeObject,
  signal: AbortSignal,
): Promise<KubeObject> {
  const { gateway, manager, rules } = writing;
  const owners = (live.metadata.managedFields ?? []).map((entry) => entry.manager);
  const left = new Set(owners.filter((owner) => answerFor(owner, rules) === 'leave'));
  const body = withoutFieldsOf(left, configurationOf(writing, member, live), live);
  return gateway.apply(member, body, { manager, force: true, dryRun: true }, signal);
}

/** What is sent: the member with our stamps, with replicas that leave an autoscaler alone. */
function configurationOf(
  { stamp, scaled, manager }: Writing,
  member: Member,
  live: KubeObject | undefined,
): KubeObject {
  const configuration = stamped(member.object, stamp);
  const isScaled = scaled.has(keyOf(member.namespace, member.kind, member.name));
  return isScaled ? withScaledReplicas(configuration, live, manager) : configuration;
}

function pinned(configuration: KubeObject, { metadata }: KubeObject): KubeObject {
  const { uid, resourceVersion } = metadata;
  return {
    ...configuration,
    metadata: {
      ...configuration.metadata,
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
  };
}

/** Takes over what an earlier deployer owns, so that fields which the set no longer names go away. */
async function migrated(
  { gateway, manager, rules }: Writing,
  member: Member,
  live: KubeObject,
  signal: AbortSignal,
): Promise<KubeObject> {
  const entries = live.metadata.managedFields ?? [];
  const theirs = entriesToMigrate(live, manager).filter(
    (entry) => answerFor(entry.manager, rules) === 'take',
  );
  const [first] = theirs;
  if (!first) return live;
  const mine = entries.find((entry) => entry.manager === manager && entry.operation === 'Apply');
  const fieldsV1 = [...theirs, ...(mine ? [mine] : [])]
    .map((entry) => entry.fieldsV1 ?? {})
    .reduce((all, fields) => union(all, fields), {});
  const others = entries.filter((entry) => entry !== mine && !theirs.includes(entry));
  const { apiVersion, time } = mine ?? first;
  const entry = {
    manager,
    operation: 'Apply' as const,
    apiVersion,
    ...(time && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1,
  };
  return gateway.setOwners(member, live, [...others, entry], [LAST_APPLIED], signal);
}

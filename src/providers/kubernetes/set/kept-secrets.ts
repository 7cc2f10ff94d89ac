import { failure } from '../../../shared/domain/failures.js';
import type { Turn } from '../../contract.js';
import { contentOf } from '../apply/restored.js';
import type { Baseline, BaselineObject } from '../baseline.js';
import type { Gateway, Place } from '../gateway.js';
import { textAt } from '../json.js';
import { annotationOf, DEPLOYMENT, SERVICE } from '../manifests/annotations.js';
import { ownerLabels } from '../manifests/stamp.js';
import { nameOf, type KubeObject } from '../object.js';
import { found, type Found } from '../found.js';
import type { Rollout } from '../rollout.js';
import { copiesIn } from './inventory.js';
import { placeOf } from './member.js';

const SECRETS = { group: '', version: 'v1', plural: 'secrets', namespaced: true } as const;

const KEPT_TYPE = 'beanpod.dev/kept';

/** A Secret holds 1 MiB, and the copy is the whole object once more in base64. */
const MOST_BYTES = 700_000;

/** Where the copy of a Secret is. */
export function keptPlace({ namespace, before }: BaselineObject): Place | undefined {
  return before?.keptIn === undefined ? undefined : { resource: SECRETS, namespace, name: before.keptIn };
}

/** Copies a Secret into one beside it, unless this deployment has done so before. Must run before the Secret changes. */
export async function keepSecret(
  { release, manager }: Rollout,
  gateway: Gateway,
  secret: BaselineObject,
  signal: AbortSignal,
): Promise<Found<undefined>> {
  const place = keptPlace(secret);
  if (!place) return found(undefined);
  const kept = await gateway.read(place, signal);
  if (kept && annotationOf(kept, DEPLOYMENT) === release.deploymentId) return found(undefined);
  const live = await gateway.read(placeOf(secret), signal);
  if (!live || live.metadata.uid !== secret.before?.uid) {
    const detail = `${nameOf(placeOf(secret).ref)} was replaced since the deployment began`;
    return { said: 'failed', failure: failure('k8s.object-replaced', detail) };
  }
  const text = JSON.stringify(contentOf(live));
  if (text.length > MOST_BYTES) {
    const detail = `${nameOf(placeOf(secret).ref)} is too large to be kept; version it with the annotation beanpod.dev/versioned: "true"`;
    return { said: 'failed', failure: failure('k8s.set-too-large', detail) };
  }
  const copy: KubeObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: place.name,
      ...(place.namespace !== undefined && { namespace: place.namespace }),
      labels: ownerLabels(release),
      annotations: { [DEPLOYMENT]: release.deploymentId },
    },
    type: KEPT_TYPE,
    data: { object: Buffer.from(text).toString('base64') },
  };
  await gateway.apply(place, copy, { manager, force: true, dryRun: false }, signal);
  return found(undefined);
}

/** The Secret as this deployment found it; `undefined` when the copy is gone or of another deployment. */
export async function keptSecret(
  { release }: Rollout,
  gateway: Gateway,
  secret: BaselineObject,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  const place = keptPlace(secret);
  const kept = place && (await gateway.read(place, signal));
  const text = textAt(kept, 'data', 'object');
  if (!kept || !text || annotationOf(kept, DEPLOYMENT) !== release.deploymentId) return undefined;
  return JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as KubeObject;
}

/** The inventory as the deployment found it. */
export function inventoryBefore({ objects }: Baseline): KubeObject | undefined {
  return objects.find(({ part }) => part === 'inventory')?.before?.object as KubeObject | undefined;
}

/** Copies that an earlier deployment left, as `namespace/name`. */
export function copiesBefore(baseline: Baseline): readonly string[] {
  return copiesIn(inventoryBefore(baseline));
}

/** Copies that this deployment makes. */
export function copiesNow({ objects }: Baseline): readonly string[] {
  return objects
    .flatMap(({ namespace = '', before }) => (before?.keptIn ? [`${namespace}/${before.keptIn}`] : []))
    .sort();
}

/** Deletes copies of Secrets that left the set. */
export async function forgetCopies(
  { release }: Rollout,
  gateway: Gateway,
  baseline: Baseline,
  turn: Turn,
): Promise<void> {
  const current = new Set(copiesNow(baseline));
  for (const copy of copiesBefore(baseline).filter((each) => !current.has(each))) {
    const [namespace, name = ''] = copy.split('/');
    const place = { resource: SECRETS, namespace, name };
    const live = await gateway.read(place, turn.signal);
    const isOurs = live?.['type'] === KEPT_TYPE && live.metadata.labels?.[SERVICE] === release.service;
    if (!isOurs || !live.metadata.uid) continue;
    await turn.intend(`delete the copy ${copy}`);
    await gateway.remove(place, live.metadata.uid, turn.signal);
  }
}

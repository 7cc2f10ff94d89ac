import { failure } from '../../../shared/domain/failures.js';
import { contentOf } from '../apply/restored.js';
import type { BaselineObject } from '../baseline.js';
import type { Gateway, Place } from '../gateway.js';
import { textAt } from '../json.js';
import { annotationOf, DEPLOYMENT } from '../manifests/annotations.js';
import { ownerLabels } from '../manifests/stamp.js';
import { nameOf, type KubeObject } from '../object.js';
import { found, type Found, type Rollout } from '../rollout.js';
import { placeOf } from './member.js';

const SECRETS = { group: '', version: 'v1', plural: 'secrets', namespaced: true } as const;

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
    type: 'beanpod.dev/kept',
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

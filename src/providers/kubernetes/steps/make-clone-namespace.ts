import { failure } from '../../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import type { Gateway } from '../gateway.js';
import { CLONE, ENVIRONMENT, MANAGED_BY } from '../manifests/annotations.js';
import type { KubeObject } from '../object.js';
import type { Rollout } from '../rollout.js';
import { namespacePlace } from '../set/namespaces.js';
import type { KubernetesTarget } from '../target.js';
import { KubeStatusError } from '../transport.js';

/** What a namespace is to a clone. */
export type Standing = 'missing' | 'ours' | 'leaving' | 'foreign';

/** Whether the namespace of a target was made for its clone; by its label, as several services of a clone share it. */
export async function standingOf(
  { namespace, madeFor }: Pick<KubernetesTarget, 'namespace' | 'madeFor'>,
  gateway: Gateway,
  signal: AbortSignal,
): Promise<{ readonly standing: Standing; readonly live: KubeObject | undefined }> {
  const live = await gateway.read(namespacePlace(namespace), signal);
  if (!live) return { standing: 'missing', live };
  if (madeFor === undefined || live.metadata.labels?.[CLONE] !== madeFor.stamp)
    return { standing: 'foreign', live };
  return { standing: live.metadata.deletionTimestamp === undefined ? 'ours' : 'leaving', live };
}

/** Makes the namespace of a clone before anything of its services; none for targets that belong to no clone. */
export function makeCloneNamespace(rollout: Rollout): readonly Step[] {
  if (!rollout.target.madeFor) return [];
  return [
    {
      id: 'make-clone-namespace',
      title: `Make the namespace ${rollout.target.namespace}`,
      // It is empty, other services of the clone may be in it already, and it goes with the clone.
      writes: false,
      run: (turn) => run(rollout, turn),
    },
  ];
}

async function run({ target, release, manager, link }: Rollout, turn: Turn): Promise<Outcome> {
  const { namespace, madeFor } = target;
  const { gateway } = await link(turn.signal);
  const { standing } = await standingOf(target, gateway, turn.signal);
  switch (standing) {
    case 'ours':
      return done;
    case 'leaving':
      return wait(2_000, `namespace ${namespace} is being deleted`);
    case 'foreign':
      return failed(failure('k8s.namespace-foreign', foreign(namespace)));
    case 'missing': {
      const labels = {
        [MANAGED_BY]: 'beanpod',
        [ENVIRONMENT]: release.environment,
        [CLONE]: madeFor?.stamp ?? '',
      };
      const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } };
      await turn.intend(`make namespace ${namespace}`);
      return create(gateway, object, manager, turn);
    }
  }
}

async function create(gateway: Gateway, object: KubeObject, manager: string, turn: Turn): Promise<Outcome> {
  const name = object.metadata.name ?? '';
  try {
    await gateway.create(namespacePlace(name), object, manager, turn.signal);
  } catch (error) {
    // Another service of the clone was faster; the next look says whose it is.
    if (error instanceof KubeStatusError && error.reason === 'AlreadyExists')
      return wait(200, `namespace ${name} was made a moment ago`);
    throw error;
  }
  turn.say(`Namespace ${name}: made`);
  return done;
}

/** Why a namespace is neither used nor deleted. */
export function foreign(namespace: string): string {
  return `Namespace ${namespace} does not carry the mark of this clone; it was left alone.`;
}

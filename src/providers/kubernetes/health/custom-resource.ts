import { failure } from '../../../shared/domain/failures.js';
import { nameOf, type KubeObject } from '../object.js';
import { fieldsAt, textAt } from '../watch/fields.js';
import { conditionsOf, conditionText, type Condition } from './condition.js';
import { followRule } from './custom-rule.js';
import { refOf } from './gate.js';
import { degraded, healthy, progressing, suspended, type Health, type HealthContext } from './health.js';

/** Conditions that mean success when they are True, the most telling first. */
const GOOD = ['Ready', 'Available', 'Healthy', 'Synced'];

/** Reasons of a False condition that its controller does not recover from by itself. */
const TERMINAL = new Set([
  'Failed',
  'Invalid',
  'InvalidSpec',
  'ValidationFailed',
  'InstallFailed',
  'UpgradeFailed',
  'ArtifactFailed',
  'BuildFailed',
  'RevisionFailed',
]);

/** How long a controller may take to write the first status of an object, in milliseconds of the provider's time. */
const STATUS_MS = 10_000;

interface Phases {
  readonly healthy: readonly string[];
  readonly degraded: readonly string[];
  readonly suspended: readonly string[];
}

/** Kinds that say how they are in `status.phase`: Argo Rollouts and Argo Workflows (their documentation). */
const BY_PHASE: Readonly<Record<string, Phases>> = {
  'argoproj.io/Rollout': { healthy: ['Healthy'], degraded: ['Degraded', 'Error'], suspended: ['Paused'] },
  'argoproj.io/Workflow': { healthy: ['Succeeded'], degraded: ['Failed', 'Error'], suspended: [] },
};

/** Judges a kind that Beanpod does not know: by its owner's rule, its phase, or the usual conditions. */
export function customResourceHealth(object: KubeObject, context: HealthContext): Health {
  const { rule } = context;
  const name = nameOf(refOf(object));
  if (rule) {
    const said = followRule(object, rule);
    if (said === 'success') return healthy('it is as its rule wants it');
    if (said === 'failure') {
      return degraded(failure('k8s.resource-failed', `${name} is as its rule calls failed`));
    }
    return progressing('it is not yet as its rule wants it');
  }
  const phases = BY_PHASE[`${object.apiVersion.split('/')[0]}/${object.kind}`];
  if (phases) return byPhase(object, phases);
  const isSilent = Object.keys(fieldsAt(object, 'status')).length === 0;
  return isSilent ? withoutStatus(object, context) : byConditions(object);
}

/**
 * Nobody has said how it is. Where its kind has no status nobody ever will; else its controller gets some time, and
 * what it has not said by then is not claimed either.
 */
function withoutStatus({ metadata }: KubeObject, { ages, hasStatus = false }: HealthContext): Health {
  if (!hasStatus) return healthy('it is applied; its kind has no status that says more');
  if (ages.of(`${metadata.uid}/no-status`) < STATUS_MS)
    return progressing('no controller has written its status yet');
  return healthy(
    'it is applied; nobody has judged it',
    `no controller has written a status within ${STATUS_MS / 1_000} s: it is applied, but nobody knows whether it works`,
  );
}

function byPhase(object: KubeObject, phases: Phases): Health {
  const phase = textAt(object, 'status', 'phase') ?? '';
  const message = textAt(object, 'status', 'message') ?? '';
  const said = `it is ${phase || 'not looked at yet'}${message && `: ${message}`}`;
  if (phases.healthy.includes(phase)) return healthy(said);
  if (phases.suspended.includes(phase)) return suspended(said);
  if (!phases.degraded.includes(phase)) return progressing(said);
  return degraded(failure('k8s.resource-failed', `${nameOf(refOf(object))} is ${phase}: ${message}`));
}

function byConditions(object: KubeObject): Health {
  const conditions = conditionsOf(object);
  const find = (type: string): Condition | undefined => conditions.find((one) => one.type === type);
  const fail = (condition: Condition): Health =>
    degraded(failure('k8s.resource-failed', `${nameOf(refOf(object))}: ${conditionText(condition)}`));
  const old = conditions.find(
    ({ observedGeneration }) => (observedGeneration ?? Infinity) < (object.metadata.generation ?? 0),
  );
  if (old) return progressing(`${old.type} is about an earlier generation`);
  const stalled = find('Stalled');
  if (stalled?.status === 'True') return fail(stalled);
  const busy = ['Reconciling', 'Issuing'].map(find).find((one) => one?.status === 'True');
  if (busy) return progressing(conditionText(busy));
  const telling = GOOD.map(find).find((one) => one !== undefined);
  if (!telling)
    return healthy(
      'it is applied; it has no condition that says more',
      'its status has no condition that tells how it is: the annotation beanpod.dev/health can say what to look for',
    );
  if (telling.status === 'True') return healthy(conditionText(telling));
  return telling.status === 'False' && TERMINAL.has(telling.reason)
    ? fail(telling)
    : progressing(conditionText(telling));
}

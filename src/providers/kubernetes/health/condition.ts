import type { KubeObject } from '../object.js';
import { listAt, numberAt, textAt } from '../watch/fields.js';

/** A condition of an object's status. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** The generation that it speaks about, when it says so. */
  readonly observedGeneration: number | undefined;
  /** RFC 3339; Deployments alone have it. */
  readonly lastUpdateTime: string | undefined;
}

/** The condition of a type; undefined when the object has none such. */
export function conditionOf(object: KubeObject, type: string): Condition | undefined {
  const found = listAt(object, 'status', 'conditions').find((one) => textAt(one, 'type') === type);
  return found === undefined ? undefined : read(found);
}

/** All conditions of an object. */
export function conditionsOf(object: KubeObject): readonly Condition[] {
  return listAt(object, 'status', 'conditions').map(read);
}

/** `Ready is False: Pending – waiting for the issuer`, for people. */
export function conditionText({ type, status, reason, message }: Condition): string {
  return `${type} is ${status}${reason && `: ${reason}`}${message && ` – ${message}`}`;
}

function read(one: unknown): Condition {
  return {
    type: textAt(one, 'type') ?? '',
    status: textAt(one, 'status') ?? 'Unknown',
    reason: textAt(one, 'reason') ?? '',
    message: textAt(one, 'message') ?? '',
    observedGeneration: numberAt(one, 'observedGeneration'),
    lastUpdateTime: textAt(one, 'lastUpdateTime'),
  };
}

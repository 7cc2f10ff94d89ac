import type { KubeObject } from '../object.js';
import { listAt, textAt } from '../watch/fields.js';
import type { EventView } from '../watch/event-view.js';
import type { Ages } from './ages.js';
import type { Graces } from './graces.js';
import { newest } from './pod-look.js';
import { words, type Signal } from './signal.js';

/** What refuses pods is asked of: the object that makes them, and the events about it. */
export interface Maker {
  readonly object: KubeObject;
  readonly events: readonly EventView[];
  /** Pods that it still has to make. */
  readonly missing: number;
}

/** The pods of the new version are not even created. */
export function refusalSignal(maker: Maker, ages: Ages, graces: Graces): Signal | undefined {
  const { uid = '', name = '' } = maker.object.metadata;
  const standing = standingRefusal(maker.object);
  const event = newest(maker.events, ['FailedCreate']);
  const message = standing ?? event?.message;
  if (message === undefined || maker.missing <= 0) return undefined;
  const ageMs = ages.of(`${uid}/refused`);
  const graceMs = /exceeded quota/i.test(message) ? graces.quota : graceOf(message, graces);
  const detail = `${maker.object.kind} ${name} may not create its pods: ${words(message)}`;
  const code = /exceeded quota/i.test(message) ? 'k8s.quota' : 'k8s.pods-refused';
  // Without a condition only a repeated event says that the refusal still stands.
  const silentMs = standing === undefined ? ages.of(`${uid}/refused/${event?.uid}-${event?.count}`) : 0;
  const leftMs = Math.max(0, graceMs - (ageMs - silentMs));
  return { code, detail, ageMs, leftMs };
}

function standingRefusal(object: KubeObject): string | undefined {
  const condition = listAt(object, 'status', 'conditions').find(
    (one) => textAt(one, 'type') === 'ReplicaFailure' && textAt(one, 'status') === 'True',
  );
  return textAt(condition, 'message');
}

function graceOf(message: string, graces: Graces): number {
  return /forbidden|denied|invalid|violates|admission/i.test(message) ? graces.refused : graces.quota;
}

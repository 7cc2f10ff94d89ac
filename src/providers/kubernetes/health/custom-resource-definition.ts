import { failure } from '../../../shared/domain/failures.js';
import { nameOf, type KubeObject } from '../object.js';
import { conditionOf, conditionText } from './condition.js';
import { refOf } from './gate.js';
import { degraded, healthy, progressing, type Health } from './health.js';

/** A definition is healthy when the API server serves its kind. */
export function definitionHealth(definition: KubeObject): Health {
  const name = nameOf(refOf(definition));
  const names = conditionOf(definition, 'NamesAccepted');
  if (names?.status === 'False') {
    return degraded(failure('k8s.resource-failed', `${name}: ${conditionText(names)}`));
  }
  const established = conditionOf(definition, 'Established');
  if (established?.status === 'True') return healthy('its kind is served');
  if (established?.status === 'False' && established.reason !== 'Installing') {
    return degraded(failure('k8s.resource-failed', `${name}: ${conditionText(established)}`));
  }
  return progressing('its kind is not served yet');
}

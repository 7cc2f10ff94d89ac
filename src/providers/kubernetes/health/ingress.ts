import { failure } from '../../../shared/domain/failures.js';
import { nameOf, type KubeObject } from '../object.js';
import { fieldsAt, listAt, textAt, valueAt } from '../watch/fields.js';
import { refOf } from './gate.js';
import { degraded, healthy, progressing, type Health, type HealthContext } from './health.js';
import { AWAIT_ADDRESS } from './service.js';

/** How long a backend may be missing, in milliseconds: it may be applied after the Ingress. */
const MISSING_MS = 30_000;

/**
 * An Ingress is healthy when the Services behind it exist. Its address is waited for on request only: many
 * controllers never write one.
 */
export function ingressHealth(ingress: KubeObject, { around, ages }: HealthContext): Health {
  const backends = backendsOf(ingress);
  const missing = backends.filter((name) => around.exists('Service', name) === false);
  if (missing.length > 0) {
    const said = `${nameOf(refOf(ingress))} sends traffic to ${missing.join(', ')}, which does not exist`;
    if (ages.of(`${ingress.metadata.uid}/backend-missing`) < MISSING_MS) return progressing(said);
    return degraded(failure('k8s.backend-missing', said));
  }
  if (backends.some((name) => around.exists('Service', name) === undefined)) {
    return progressing('its Services cannot be seen yet');
  }
  const hasAddress = listAt(ingress, 'status', 'loadBalancer', 'ingress').length > 0;
  if (!hasAddress && ingress.metadata.annotations?.[AWAIT_ADDRESS] === 'true') {
    return progressing('it has no address yet');
  }
  return healthy(
    hasAddress ? 'it has an address' : 'it is applied',
    warningOf(ingress, around.exists.bind(around)),
  );
}

function backendsOf(ingress: KubeObject): readonly string[] {
  const rules = listAt(ingress, 'spec', 'rules').flatMap((rule) => listAt(rule, 'http', 'paths'));
  const backends = [
    ...rules.map((path) => valueAt(path, 'backend')),
    fieldsAt(ingress, 'spec', 'defaultBackend'),
  ];
  const names = backends.map((backend) => textAt(backend, 'service', 'name'));
  return [...new Set(names.filter((name) => name !== undefined))];
}

function warningOf(ingress: KubeObject, exists: HealthContext['around']['exists']): string | undefined {
  const secrets = listAt(ingress, 'spec', 'tls').map((one) => textAt(one, 'secretName'));
  const missing = secrets.filter((name) => name !== undefined && exists('Secret', name) === false);
  return missing.length > 0 ? `its TLS secret ${missing.join(', ')} does not exist` : undefined;
}

import type { CredentialSource } from '../../surroundings.js';
import { KubeConnectionError } from '../transport.js';
import { AccessProblem } from './access-problem.js';

/** Limit of one read, in milliseconds: a connection that all deployments share reads again long after the first of them. */
const WITHIN_MS = 15_000;

/**
 * Reads the credentials of a cluster. Throws `AccessProblem` when only a person can help, and `KubeConnectionError` when it
 * may come right by itself; both name the reference and never the value.
 */
export function createSecretReferences(source: CredentialSource): (text: string) => Promise<string> {
  return async (text) => {
    const reading = await source.read(text, AbortSignal.timeout(WITHIN_MS));
    switch (reading.said) {
      case 'found':
        return reading.value;
      case 'wait':
        throw new KubeConnectionError(
          `its credentials cannot be read now: ${reading.because}`,
          false,
          undefined,
        );
      case 'failed':
        throw new AccessProblem(reading.failure.detail);
    }
  };
}

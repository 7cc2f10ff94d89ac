import { isSealed, SealProblem, type Seal } from '../../shared/secrets/seal.js';
import { found, never, type Reading } from './reading.js';

/** What ran before as it is stored: sealed where there are keys, since it may hold what used to be secret. */
export function sealedBaseline(seal: Seal | undefined, id: string, baseline: unknown): unknown {
  return seal ? seal.close(JSON.stringify(baseline), purposeOf(id)) : baseline;
}

/** What was stored, sealed or not, by this worker or another; `undefined` before there is one. */
export function openedBaseline(seal: Seal | undefined, id: string, stored: unknown): Reading<unknown> {
  if (!isSealed(stored)) return found(stored);
  if (!seal)
    return never('secrets.key-missing', 'What ran before is sealed; BEANPOD_ENCRYPTION_KEYS is not set');
  try {
    return found(JSON.parse(seal.open(stored, purposeOf(id))) as unknown);
  } catch (error) {
    if (!(error instanceof SealProblem)) throw error;
    return never('secrets.key-missing', `What ran before cannot be read. ${error.message}`);
  }
}

function purposeOf(id: string): string {
  return `baseline:${id}`;
}

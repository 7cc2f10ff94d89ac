import type { TSchema } from 'typebox';
import { writeOnlyIn } from '../../shared/schema/write-only.js';
import type { Violation } from '../../shared/schema/schema.js';
import { isSpoken } from '../../shared/secrets/reference.js';
import { CREDENTIAL, isSealed, SealProblem, type Seal } from '../../shared/secrets/seal.js';
import { replacedAt } from '../../shared/secrets/walk.js';

/** What is shown in the place of a credential; sent back, it keeps the one that is stored. */
export const SEALED_MARK = '(sealed)';

/** A value as people may see it: what its schema marks `writeOnly` is a reference or the mark. */
export function shownCredentials(json: TSchema, value: unknown): unknown {
  return replacedAt(value, writeOnlyIn(json, value), (text) => (isSpoken(text) ? text : SEALED_MARK));
}

/**
 * A value as it may be stored: references as they are, literal credentials sealed. One that did not change keeps its
 * sealed text, unless a newer key is there, so that the same value twice is the same in the store.
 */
export function sealedCredentials(
  json: TSchema,
  value: unknown,
  stored: unknown,
  seal: Seal | undefined,
): { readonly value: unknown; readonly violations: readonly Violation[] } {
  const violations: Violation[] = [];
  const before = storedTexts(json, stored);
  const sealedValue = replacedAt(value, writeOnlyIn(json, value), (text, pointer) => {
    if (isSpoken(text)) return text;
    const kept = before.get(pointer);
    const answer = text === SEALED_MARK ? again(kept, seal) : sealed(text, kept, seal);
    if (typeof answer === 'string') return answer;
    violations.push({ pointer, detail: answer.detail });
    return text;
  });
  return { value: sealedValue, violations };
}

function storedTexts(json: TSchema, stored: unknown): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  replacedAt(stored, writeOnlyIn(json, stored), (text, pointer) => {
    texts.set(pointer, text);
    return text;
  });
  return texts;
}

interface Obstacle {
  readonly detail: string;
}

/** A stored credential for the mark, under the newest key. */
function again(kept: string | undefined, seal: Seal | undefined): string | Obstacle {
  if (kept === undefined) return { detail: `is "${SEALED_MARK}", and no credential is stored here` };
  if (!isSealed(kept) || !seal || seal.isCurrent(kept)) return kept;
  const text = opened(kept, seal);
  return text === undefined ? kept : seal.close(text, CREDENTIAL);
}

function sealed(text: string, kept: string | undefined, seal: Seal | undefined): string | Obstacle {
  if (!seal) {
    return {
      detail:
        'is a credential, which is taken only when BEANPOD_ENCRYPTION_KEYS is set on the API; name a reference instead (vault:, file:, env:)',
    };
  }
  if (isSealed(text)) return opened(text, seal) === undefined ? { detail: 'was not sealed here' } : text;
  const isSame = kept !== undefined && isSealed(kept) && seal.isCurrent(kept) && opened(kept, seal) === text;
  return isSame ? kept : seal.close(text, CREDENTIAL);
}

function opened(text: string, seal: Seal): string | undefined {
  try {
    return seal.open(text, CREDENTIAL);
  } catch (error) {
    if (error instanceof SealProblem) return undefined;
    throw error;
  }
}

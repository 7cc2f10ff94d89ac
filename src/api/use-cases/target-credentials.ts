import type { CatalogEntry } from '../../providers/catalog.js';
import type { Target } from '../../shared/contract/configuration.js';
import { writeOnlyIn } from '../../shared/schema/write-only.js';
import type { Violation } from '../../shared/schema/schema.js';
import { isSpoken } from '../../shared/secrets/reference.js';
import { CREDENTIAL, isSealed, SealProblem, type Seal } from '../../shared/secrets/seal.js';
import { replacedAt } from '../../shared/secrets/walk.js';
import { within } from '../violations.js';

/** What is shown in the place of a credential; sent back, it keeps the one that is stored. */
export const SEALED_MARK = '(sealed)';

type Known = Pick<CatalogEntry, 'target'> | undefined;

/** The target as people may see it. */
export function shownTarget(entry: Known, target: Target): Target {
  const pointers = credentialsOf(entry, target);
  const spec = replacedAt(target.spec, pointers, (text) => (isSpoken(text) ? text : SEALED_MARK));
  return { ...target, spec: spec as Target['spec'] };
}

/**
 * The target as it may be stored: references as they are, literal credentials sealed. One that did not change keeps its
 * sealed text, unless a newer key is there, so that the same target twice is the same in the store.
 */
export function sealedTarget(
  entry: Known,
  target: Target,
  stored: Target | undefined,
  seal: Seal | undefined,
): { readonly target: Target; readonly violations: readonly Violation[] } {
  const violations: Violation[] = [];
  const before = storedTexts(entry, stored);
  const spec = replacedAt(target.spec, credentialsOf(entry, target), (text, pointer) => {
    if (isSpoken(text)) return text;
    const kept = before.get(pointer);
    const answer = text === SEALED_MARK ? again(kept, seal) : sealed(text, kept, seal);
    if (typeof answer === 'string') return answer;
    violations.push({ pointer, detail: answer.detail });
    return text;
  });
  return {
    target: { ...target, spec: spec as Target['spec'] },
    violations: within('/spec', violations),
  };
}

function credentialsOf(entry: Known, target: Target): readonly string[] {
  return entry ? writeOnlyIn(entry.target.json, target.spec) : [];
}

function storedTexts(entry: Known, stored: Target | undefined): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  if (stored) {
    replacedAt(stored.spec, credentialsOf(entry, stored), (text, pointer) => {
      texts.set(pointer, text);
      return text;
    });
  }
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

import { keepColours, shortened, stripControls, withoutColours } from './clean-line.js';
import { createKnownValues } from './known-values.js';
import { hideShapes } from './shapes.js';
import { variantsOf } from './variants.js';

/** Cleans lines and hides secrets: those it was told of, in their usual encodings too, and whatever looks like one. */
export interface Redactor {
  /** One line: without control characters, at most 16 KB. */
  redact(line: string): string;
  /** One line for a log: as `redact` shows it, with its colours (`ESC [ … m`) unless something was hidden or cut. */
  coloured(line: string): string;
  /** The lines of a text, each redacted; also hides a secret that goes over several of them. */
  lines(text: string, as?: 'plain' | 'coloured'): readonly string[];
  /**
   * Hides this value from now on, until the returned function was called as often as it was registered. Values of fewer
   * than 6 characters are ignored.
   */
  register(secret: string): () => void;
}

/** A redactor that knows no values yet. */
export function createRedactor(): Redactor {
  const known = createKnownValues();

  function redact(line: string): string {
    const hidden = known.hide(line);
    // A control character inside a secret must not protect it.
    const plain = stripControls(hidden);
    // Shortened last: of a secret that is cut in two, nothing could tell the first half.
    return shortened(hideShapes(plain === hidden ? plain : known.hide(plain)));
  }

  function coloured(line: string): string {
    const plain = redact(line);
    const kept = keepColours(line);
    // What is seen is what was judged, or the colours go: nobody knows where they belong in another text.
    return withoutColours(kept) === plain && shortened(kept) === kept ? kept : plain;
  }

  return {
    redact,
    coloured,
    lines: (text, as = 'plain') =>
      known
        .hide(text)
        .split(/\r?\n/)
        .map(as === 'plain' ? redact : coloured),
    register(secret) {
      const { parted, whole } = variantsOf(secret);
      return known.add(parted, whole);
    },
  };
}

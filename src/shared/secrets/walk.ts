import { isSpoken, literalOf } from './reference.js';

/** Deepest nesting that is followed; JSON of the API is flatter than this. */
const DEEPEST = 64;

/** Every reference in a configuration, each once, without those at the given JSON Pointers. Keys are never references. */
export function referencesIn(value: unknown, except: readonly string[] = []): readonly string[] {
  const found = new Set<string>();
  replaced(value, except, (text) => {
    if (literalOf(text) === undefined) found.add(text);
    return text;
  });
  return [...found];
}

/**
 * A copy of the configuration with values in the places of references; `literal:` is taken off. A reference without a
 * value stays as it is, and so does what is at the given JSON Pointers.
 */
export function withValues(
  value: unknown,
  values: ReadonlyMap<string, string>,
  except: readonly string[] = [],
): unknown {
  return replaced(value, except, (text) => literalOf(text) ?? values.get(text) ?? text);
}

/** A copy with the texts at these JSON Pointers replaced. */
export function replacedAt(
  value: unknown,
  pointers: readonly string[],
  replace: (text: string, pointer: string) => string,
): unknown {
  const wanted = new Set(pointers);
  return mapped(value, (text, pointer) => (wanted.has(pointer) ? replace(text, pointer) : text));
}

function replaced(root: unknown, except: readonly string[], replace: (text: string) => string): unknown {
  const left = new Set(except);
  return mapped(root, (text, pointer) => (isSpoken(text) && !left.has(pointer) ? replace(text) : text));
}

function mapped(root: unknown, change: (text: string, pointer: string) => string): unknown {
  function at(value: unknown, pointer: string, depth: number): unknown {
    if (typeof value === 'string') return change(value, pointer);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > DEEPEST) throw new Error(`The configuration is nested deeper than ${DEEPEST} levels`);
    if (Array.isArray(value)) return value.map((item, index) => at(item, `${pointer}/${index}`, depth + 1));
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => [key, at(child, `${pointer}/${escaped(key)}`, depth + 1)]),
    );
  }

  return at(root, '', 0);
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

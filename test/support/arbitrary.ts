import fc from 'fast-check';

interface Shape {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly examples?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** Values of a schema of ours, of every form that it allows, its examples among them. */
export function arbitraryOf(schema: unknown): fc.Arbitrary<unknown> {
  const shape = schema as Shape;
  if ('const' in shape) return fc.constant(shape.const);
  if (shape.enum) return fc.constantFrom(...shape.enum);
  const free = shape.anyOf ? fc.oneof(...shape.anyOf.map(arbitraryOf)) : ofType(shape);
  return shape.examples?.length ? fc.oneof(free, fc.constantFrom(...shape.examples)) : free;
}

function ofType(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.type) {
    case 'object':
      return ofObject(shape);
    case 'array':
      return fc.array(arbitraryOf(shape.items ?? {}), {
        minLength: shape.minItems ?? 0,
        maxLength: Math.min(shape.maxItems ?? 3, Math.max(3, shape.minItems ?? 0)),
      });
    case 'string':
      return ofString(shape);
    case 'integer':
      return fc.integer({
        min: shape.minimum ?? -1_000,
        max: Math.min(shape.maximum ?? 1_000_000, 2 ** 31 - 1),
      });
    case 'number':
      return fc.double({ min: shape.minimum ?? -1_000, max: shape.maximum ?? 1_000, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case undefined:
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function ofObject({ properties = {}, required = [], patternProperties }: Shape): fc.Arbitrary<unknown> {
  const values = Object.values(patternProperties ?? {})[0];
  if (values)
    return fc.dictionary(fc.stringMatching(/^[a-z0-9/-]{1,12}$/), arbitraryOf(values), { maxKeys: 3 });
  const model = Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => [name, arbitraryOf(inner)]),
  );
  return fc.record(model, { requiredKeys: [...required] });
}

function ofString({ format, pattern, minLength = 0, maxLength = 40 }: Shape): fc.Arbitrary<unknown> {
  if (format === 'date-time')
    return fc
      .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (pattern !== undefined) return ofPattern(new RegExp(pattern, 'u'), { minLength, maxLength });
  return fc.string({ minLength, maxLength: Math.min(maxLength, Math.max(40, minLength)), unit: 'grapheme' });
}

/** Among them the one valid name that every object inherits. */
function ofPattern(
  pattern: RegExp,
  { minLength, maxLength }: { minLength: number; maxLength: number },
): fc.Arbitrary<string> {
  const any = fc.stringMatching(pattern, { size: 'small' });
  const inherited = 'constructor';
  const fits = pattern.test(inherited) && inherited.length >= minLength && inherited.length <= maxLength;
  return fits
    ? fc.oneof({ weight: 9, arbitrary: any }, { weight: 1, arbitrary: fc.constant(inherited) })
    : any;
}

/** What has broken parsers, stores and pages before. */
export const NASTY: readonly unknown[] = [
  '',
  ' ',
  '\u0000',
  '\uD800',
  '../../etc/passwd',
  '%2e%2e%2f',
  '{{7*7}}',
  '${jndi:ldap://x}',
  '$(id)',
  "' OR 1=1 --",
  '<script>',
  '\r\nSet-Cookie: a=b',
  '\u202E',
  '{beanpod}:x',
  '__proto__',
  'constructor',
  '9'.repeat(400),
  'a'.repeat(70_000),
  '(a+)+$',
  '1e999',
  'NaN',
  '-0',
  '🤷'.repeat(50),
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  -(2 ** 63),
  1e308,
  [],
  {},
  [[[[]]]],
  { __proto__x: 1 },
];

/** The same value with one place of it changed into something else, or one more or one fewer. */
export function mutated(value: unknown): fc.Arbitrary<unknown> {
  const junk = fc.oneof(fc.constantFrom(...NASTY), fc.jsonValue({ maxDepth: 3 }), nested());
  return fc.tuple(junk, fc.nat(), fc.constantFrom('replace', 'remove', 'add')).map(([other, at, how]) => {
    const copy: unknown = structuredClone(value);
    const places = placesIn(copy);
    const place = places[at % Math.max(1, places.length)];
    if (!place) return other;
    const { of, key } = place;
    if (how === 'remove') Reflect.deleteProperty(of, key);
    else if (how === 'add')
      Object.defineProperty(of, nameOf(other), {
        value: other,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    else of[key] = other;
    return copy;
  });
}

function nameOf(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value ?? null)).slice(0, 50);
}

function nested(): fc.Arbitrary<unknown> {
  return fc.integer({ min: 2, max: 60 }).map((depth) => {
    let value: unknown = 1;
    for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
    return value;
  });
}

interface Place {
  readonly of: Record<string, unknown>;
  readonly key: string;
}

function placesIn(value: unknown): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const of = value as Record<string, unknown>;
  return Object.keys(of).flatMap((key) => [{ of, key }, ...placesIn(of[key])]);
}

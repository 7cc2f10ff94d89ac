import type { Violation } from '../schema/schema.js';

/** One service, environment or target of a configuration file, not yet judged. */
export type Thing =
  | {
      readonly kind: 'service' | 'environment';
      readonly name: unknown;
      readonly value: unknown;
      readonly pointer: string;
    }
  | {
      readonly kind: 'target';
      readonly service: unknown;
      readonly environment: unknown;
      readonly value: unknown;
      readonly pointer: string;
    };

const KINDS = ['service', 'environment', 'target'] as const;
const MAPS = ['services', 'environments', 'targets', 'prune'] as const;

/** What a document holds, and what is wrong with its outline. */
export interface Outline {
  readonly things: readonly Thing[];
  readonly prune: boolean;
  readonly violations: readonly Violation[];
}

/**
 * Takes a document apart. It is either one thing, told by its `kind`, or maps: `services` and `environments` by name,
 * `targets` by service and then environment, and `prune`.
 */
export function outlineOf(document: unknown): Outline {
  if (document === null) return { things: [], prune: false, violations: [] };
  if (!isRecord(document)) return wrong('', 'must be a map');
  return 'kind' in document ? oneThing(document) : maps(document);
}

function oneThing({ kind, ...rest }: Readonly<Record<string, unknown>>): Outline {
  if (!KINDS.some((known) => known === kind))
    return wrong('/kind', `must be one of ${JSON.stringify(KINDS)}`);
  if (kind === 'target') {
    const { service, environment, ...value } = rest;
    return { things: [{ kind, service, environment, value, pointer: '' }], prune: false, violations: [] };
  }
  const { name, ...value } = rest;
  const thing: Thing = { kind: kind as 'service' | 'environment', name, value, pointer: '' };
  return { things: [thing], prune: false, violations: [] };
}

function maps(document: Readonly<Record<string, unknown>>): Outline {
  const violations: Violation[] = [];
  for (const key of Object.keys(document)) {
    if (!MAPS.some((known) => known === key))
      violations.push({ pointer: `/${key}`, detail: 'is not a known key' });
  }
  const { prune = false } = document;
  if (typeof prune !== 'boolean') violations.push({ pointer: '/prune', detail: 'must be boolean' });
  const things: Thing[] = [];
  for (const [name, value] of entries(document['services'], '/services', violations))
    things.push({ kind: 'service', name, value: value ?? {}, pointer: `/services/${name}` });
  for (const [name, value] of entries(document['environments'], '/environments', violations))
    things.push({ kind: 'environment', name, value: value ?? {}, pointer: `/environments/${name}` });
  for (const [service, inner] of entries(document['targets'], '/targets', violations))
    for (const [environment, value] of entries(inner, `/targets/${service}`, violations))
      things.push({
        kind: 'target',
        service,
        environment,
        value,
        pointer: `/targets/${service}/${environment}`,
      });
  return { things, prune: prune === true, violations };
}

function entries(value: unknown, pointer: string, violations: Violation[]): readonly [string, unknown][] {
  if (value === undefined) return [];
  if (isRecord(value)) return Object.entries(value);
  violations.push({ pointer, detail: 'must be a map' });
  return [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(pointer: string, detail: string): Outline {
  return { things: [], prune: false, violations: [{ pointer, detail }] };
}

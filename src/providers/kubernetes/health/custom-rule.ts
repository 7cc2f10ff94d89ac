import type { KubeObject } from '../object.js';
import { isFields } from '../watch/fields.js';

/** One observation: what a path must show. */
export interface RuleTerm {
  /** Like `$.status.phase` or `$.status.conditions[?(@.type == "Ready")].status`. */
  readonly path: string;
  readonly value: string;
}

/** How to read a custom resource whose conditions say nothing: any failure term fails, all success terms make it healthy. */
export interface HealthRule {
  readonly success: readonly RuleTerm[];
  readonly failure: readonly RuleTerm[];
}

/** What a rule says of an object. */
export function followRule(object: KubeObject, rule: HealthRule): 'success' | 'failure' | 'neither' {
  const holds = ({ path, value }: RuleTerm): boolean => readPath(object, path).includes(value);
  if (rule.failure.some(holds)) return 'failure';
  return rule.success.length > 0 && rule.success.every(holds) ? 'success' : 'neither';
}

const STEP = /\.(?<field>[\w-]+)|\[\?\(@\.(?<key>[\w.-]+)\s*==\s*["'](?<is>[^"']*)["']\)\]|(?<odd>[^$])/g;

/** Whether a path holds nothing but field names and `[?(@.name == "text")]`. */
export function isReadable(path: string): boolean {
  const steps = [...path.matchAll(STEP)];
  return path.startsWith('$.') && steps.every(({ groups }) => groups?.['odd'] === undefined);
}

/** The texts at a path. Only field names and `[?(@.name == "text")]` are understood; anything else finds nothing. */
export function readPath(object: unknown, path: string): readonly string[] {
  let found: readonly unknown[] = [object];
  for (const { groups } of path.matchAll(STEP)) {
    const { field, key, is, odd } = groups ?? {};
    if (odd !== undefined) return [];
    if (field !== undefined) found = found.map((one) => (isFields(one) ? one[field] : undefined));
    if (key !== undefined) {
      found = found
        .flatMap((one) => (Array.isArray(one) ? (one as unknown[]) : []))
        .filter((one) => readPath(one, `$.${key}`).includes(is ?? ''));
    }
  }
  return found
    .filter((one) => typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean')
    .map(String);
}

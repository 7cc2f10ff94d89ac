import { isJson, isSame } from '../json.js';
import { contentOf } from '../apply/restored.js';
import { DOMAIN } from '../manifests/annotations.js';
import type { KubeObject } from '../object.js';

/** Longest text of a value in a difference. */
const MOST_CHARACTERS = 120;

/** Fields of metadata that every deployment changes. */
const STAMPS = new RegExp(
  `^\\.metadata\\.(annotations\\.(${DOMAIN}/|kubernetes\\.io/change-cause)|labels\\.(${DOMAIN}/|applyset\\.|app\\.kubernetes\\.io/managed-by))`,
);

/** A field that is not the same in two objects; `undefined` where it is missing. */
export interface ChangedField {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Its values are those of a Secret and shown to nobody. */
  readonly isSecret: boolean;
}

/** What would change, one line for each field. The values of a Secret are never shown. */
export function difference(before: KubeObject | undefined, after: KubeObject): readonly string[] {
  if (!before) return ['would be created'];
  return changedFields(before, after).map(({ path, before: one, after: other, isSecret }) =>
    isSecret ? `${path}: changes` : `${path}: ${shown(one)} → ${shown(other)}`,
  );
}

/** The fields that differ, but for those that every deployment changes. */
export function changedFields(before: KubeObject, after: KubeObject): readonly ChangedField[] {
  const hides = after.kind === 'Secret' && after.apiVersion === 'v1';
  const fields: ChangedField[] = [];
  compare(contentOf(before), contentOf(after), '', (path, one, other) => {
    if (STAMPS.test(path)) return;
    const isSecret = hides && !/^\.(metadata\.(?!annotations)|type|immutable)/.test(path);
    fields.push({ path, before: one, after: other, isSecret });
  });
  return fields;
}

function compare(
  one: unknown,
  other: unknown,
  path: string,
  tell: (path: string, one: unknown, other: unknown) => void,
): void {
  if (isSame(one, other)) return;
  if (isJson(one) && isJson(other)) {
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
      compare(one[key], other[key], `${path}.${key}`, tell);
    }
    return;
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    for (const [key, [mine, its]] of paired(one as unknown[], other as unknown[])) {
      compare(mine, its, `${path}[${key}]`, tell);
    }
    return;
  }
  tell(path, one, other);
}

/** Items with names are compared by name, so that one more in front does not change all the others. */
function paired(one: readonly unknown[], other: readonly unknown[]): ReadonlyMap<string, [unknown, unknown]> {
  const keyed = (list: readonly unknown[]) =>
    list.map((item, index): [string, unknown] => {
      const name = isJson(item) ? item['name'] : undefined;
      return [typeof name === 'string' ? `name=${name}` : String(index), item];
    });
  const pairs = new Map<string, [unknown, unknown]>();
  for (const [key, item] of keyed(one)) pairs.set(key, [item, undefined]);
  for (const [key, item] of keyed(other)) pairs.set(key, [pairs.get(key)?.[0], item]);
  return pairs;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

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

/** What would change, one line for each field. The values of a Secret are never shown. */
export function difference(before: KubeObject | undefined, after: KubeObject): readonly string[] {
  if (!before) return ['would be created'];
  const hides = after.kind === 'Secret' && after.apiVersion === 'v1';
  const lines: string[] = [];
  compare(contentOf(before), contentOf(after), '', (path, one, other) => {
    if (STAMPS.test(path)) return;
    const isValue = hides && !/^\.(metadata\.(?!annotations)|type|immutable)/.test(path);
    lines.push(isValue ? `${path}: changes` : `${path}: ${shown(one)} → ${shown(other)}`);
  });
  return lines;
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

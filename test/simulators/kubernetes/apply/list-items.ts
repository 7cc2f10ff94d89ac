import { fieldsAt, isFields } from '../json.js';
import type { ListRule } from '../schema/schema.js';

// The server fills these in before it compares keys, so that a port without a protocol meets its defaulted twin.
const KEY_DEFAULTS: Record<string, unknown> = { protocol: 'TCP' };

/** The FieldsV1 element of an item of a set or of a keyed list. */
export function itemElement(item: unknown, rule: ListRule): string {
  if (rule.by !== 'key') return `v:${JSON.stringify(item)}`;
  const fields = fieldsAt(item);
  const keys: Record<string, unknown> = {};
  for (const key of rule.keys.toSorted()) {
    const value = fields[key] ?? KEY_DEFAULTS[key];
    if (value !== undefined) keys[key] = value;
  }
  return `k:${JSON.stringify(keys)}`;
}

/** The items of a list by their element; of duplicates the first counts. */
export function itemsByElement(list: readonly unknown[], rule: ListRule): Map<string, unknown> {
  const items = new Map<string, unknown>();
  for (const item of list) {
    const element = itemElement(item, rule);
    if (!items.has(element)) items.set(element, item);
  }
  return items;
}

/** The elements that occur more than once; server-side apply refuses such a list. */
export function duplicateElements(list: readonly unknown[], rule: ListRule): string[] {
  if (rule.by === 'atomic') return [];
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const item of list) {
    const element = itemElement(item, rule);
    if (seen.has(element)) twice.add(element);
    seen.add(element);
  }
  return [...twice];
}

/** Tells whether a list can be merged item by item: keyed lists need objects. */
export function isMergeable(list: unknown, rule: ListRule): list is unknown[] {
  if (!Array.isArray(list) || rule.by === 'atomic') return false;
  return rule.by === 'set' || list.every((item) => isFields(item));
}

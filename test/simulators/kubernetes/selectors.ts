import { badRequest } from './api-error.js';
import { at } from './json.js';
import type { KubeObject, LabelSelector } from './objects.js';

/** Decides whether an object is selected. */
export type Matcher = (object: KubeObject) => boolean;

const EVERYTHING: Matcher = () => true;

/** Compiles a labelSelector query parameter. Throws 400 when it cannot be read. */
export function labelMatcher(text: string | undefined): Matcher {
  if (text === undefined || text.trim() === '') return EVERYTHING;
  const tests = splitOutsideParentheses(text).map((part) => labelTest(part.trim()));
  return (object) => tests.every((test) => test(object.metadata.labels ?? {}));
}

/** Compiles a fieldSelector query parameter. Any field path is accepted; a missing field is the empty string. */
export function fieldMatcher(text: string | undefined): Matcher {
  if (text === undefined || text.trim() === '') return EVERYTHING;
  const tests = text.split(',').map((part) => {
    const found = /^(?<path>[\w./-]+)(?<operator>==|=|!=)(?<value>.*)$/.exec(part.trim())?.groups;
    if (found === undefined) throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
    const path = (found['path'] ?? '').split('.');
    const negated = found['operator'] === '!=';
    return { path, negated, value: found['value'] ?? '' };
  });
  return (object) =>
    tests.every(({ path, negated, value }) => (fieldText(at(object, ...path)) === value) !== negated);
}

/** Tells whether labels satisfy the selector of an object; an empty selector selects everything. */
export function selects(
  selector: LabelSelector | undefined,
  labels: Record<string, string> | undefined,
): boolean {
  const own = labels ?? {};
  for (const [key, value] of Object.entries(selector?.matchLabels ?? {})) {
    if (own[key] !== value) return false;
  }
  return (selector?.matchExpressions ?? []).every(({ key, operator, values }) => {
    const value = own[key];
    switch (operator) {
      case 'In':
        return value !== undefined && (values ?? []).includes(value);
      case 'NotIn':
        return value === undefined || !(values ?? []).includes(value);
      case 'Exists':
        return value !== undefined;
      default:
        return value === undefined;
    }
  });
}

/** The text form of a selector, as status.selector of a Scale shows it. */
export function selectorText(selector: LabelSelector | undefined): string {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const more = (selector?.matchExpressions ?? []).map(({ key, operator, values }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator.toLowerCase()} (${(values ?? []).join(',')})`;
  });
  return [...equal, ...more].join(',');
}

function fieldText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function splitOutsideParentheses(text: string): string[] {
  return text.split(/,(?![^()]*\))/);
}

function labelTest(text: string): (labels: Record<string, string>) => boolean {
  const inSet = /^(?<key>[^\s!=]+)\s+(?<operator>in|notin)\s*\((?<values>[^)]*)\)$/.exec(text)?.groups;
  if (inSet !== undefined) {
    const values = (inSet['values'] ?? '').split(',').map((value) => value.trim());
    const wanted = inSet['operator'] === 'in';
    const key = inSet['key'] ?? '';
    return (labels) => {
      const value = labels[key];
      return value === undefined ? !wanted : values.includes(value) === wanted;
    };
  }
  const equal = /^(?<key>[^\s!=]+)\s*(?<operator>==|=|!=)\s*(?<value>[^\s=!]*)$/.exec(text)?.groups;
  if (equal !== undefined) {
    const { key = '', operator, value } = equal;
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const exists = /^(?<not>!)?\s*(?<key>[\w./-]+)$/.exec(text)?.groups;
  if (exists === undefined)
    throw badRequest(`unable to parse requirement: found '${text}', expected: identifier`);
  const key = exists['key'] ?? '';
  return exists['not'] === undefined
    ? (labels) => labels[key] !== undefined
    : (labels) => labels[key] === undefined;
}

import { badRequest } from '../api-error.js';
import { isFields, listAt, same, textOf, type Fields } from '../json.js';
import { ANY, fieldSchema, type Schema } from '../schema/schema.js';

const DIRECTIVE = /^\$(?:setElementOrder|deleteFromPrimitiveList)\//;

/**
 * Strategic merge patch: lists with a merge key merge item by item, `$patch` deletes or replaces, `$retainKeys` clears.
 * Source: https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
 */
export function applyStrategicMerge(target: unknown, patch: unknown, schema: Schema): unknown {
  if (!isFields(patch)) return patch;
  const directive = patch['$patch'];
  if (directive === 'replace') return withoutDirectives(patch);
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') {
    throw badRequest(`unknown $patch directive "${textOf(directive)}"`);
  }
  const result = retained(isFields(target) ? target : {}, patch);
  for (const name in patch) mergeOne(result, name, patch[name], schema);
  for (const name in patch) {
    if (name.startsWith('$setElementOrder/')) reorder(result, name, patch[name], schema);
  }
  return result;
}

function mergeOne(result: Fields, name: string, value: unknown, schema: Schema): void {
  if (name === '$patch' || name === '$retainKeys' || name.startsWith('$setElementOrder/')) return;
  if (name.startsWith('$deleteFromPrimitiveList/')) deleteScalars(result, name, value);
  else if (value === null) delete result[name];
  else result[name] = mergeField(result[name], value, fieldSchema(schema, name) ?? ANY);
}

function mergeField(target: unknown, patch: unknown, schema: Schema): unknown {
  if (Array.isArray(patch)) return mergeList(target, patch, schema);
  if (isFields(patch)) return applyStrategicMerge(target, patch, schema);
  return patch;
}

function mergeList(target: unknown, patch: unknown[], schema: Schema): unknown {
  if (schema.is !== 'list' || schema.rule.by === 'atomic') return patch;
  const live = Array.isArray(target) ? [...(target as unknown[])] : [];
  if (schema.rule.by === 'set')
    return [...live, ...patch.filter((item) => !live.some((old) => same(old, item)))];
  const key = schema.rule.keys[0] ?? 'name';
  if (patch.some((item) => isFields(item) && item['$patch'] === 'replace')) {
    return patch
      .filter((item) => isFields(item) && item['$patch'] !== 'replace')
      .map((item) => withoutDirectives(item));
  }
  for (const item of patch) mergeItem(live, item, key, schema.of);
  return live;
}

function mergeItem(live: unknown[], item: unknown, key: string, schema: Schema): void {
  if (!isFields(item)) throw badRequest('map: expected a map in a list that is merged by key');
  const value = item[key];
  if (value === undefined) throw badRequest(`map: does not contain declared merge key: ${key}`);
  const index = live.findIndex((old) => isFields(old) && same(old[key], value));
  if (item['$patch'] === 'delete') {
    if (index >= 0) live.splice(index, 1);
  } else if (index >= 0) live[index] = applyStrategicMerge(live[index], item, schema);
  else live.push(applyStrategicMerge({}, item, schema));
}

function retained(target: Fields, patch: Fields): Fields {
  const keep = patch['$retainKeys'];
  if (!Array.isArray(keep)) return { ...target };
  return Object.fromEntries(Object.entries(target).filter(([name]) => keep.includes(name)));
}

function deleteScalars(result: Fields, directive: string, values: unknown): void {
  const name = directive.slice('$deleteFromPrimitiveList/'.length);
  const live = result[name];
  if (!Array.isArray(live) || !Array.isArray(values)) return;
  result[name] = live.filter((item) => !values.some((value) => same(value, item)));
}

function reorder(result: Fields, directive: string, order: unknown, schema: Schema): void {
  const name = directive.slice('$setElementOrder/'.length);
  const list = listAt(result, name);
  const found = fieldSchema(schema, name);
  if (list.length === 0 || !Array.isArray(order) || found?.is !== 'list') return;
  const key = found.rule.by === 'key' ? found.rule.keys[0] : undefined;
  const wanted = order.map((item: unknown) => identity(item, key));
  // Items that the order does not name keep their place after their predecessor.
  let last = -1;
  const ranked = list.map((item, index) => {
    const rank = wanted.indexOf(identity(item, key));
    last = rank < 0 ? last : rank;
    return { item, rank: rank < 0 ? last + 0.5 : rank, index };
  });
  result[name] = ranked.sort((a, b) => a.rank - b.rank || a.index - b.index).map(({ item }) => item);
}

function identity(item: unknown, key: string | undefined): string {
  return JSON.stringify(key !== undefined && isFields(item) ? item[key] : item);
}

function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => withoutDirectives(item));
  if (!isFields(value)) return value;
  const result: Fields = {};
  for (const name in value) {
    if (name !== '$patch' && name !== '$retainKeys' && !DIRECTIVE.test(name))
      result[name] = withoutDirectives(value[name]);
  }
  return result;
}

import { fieldsAt, isFields, textAt, textOf } from '../json.js';
import { ANY, OPEN, type Field, type LeafType, type ListRule, type Schema } from './schema.js';
import { shapeOf } from './shapes.js';

/** The schema of a custom resource from the openAPIV3Schema of its definition. */
export function customSchema(openAPIV3Schema: unknown): Schema {
  const root = convert(openAPIV3Schema);
  const fields: Record<string, Field> = root.is === 'object' ? { ...root.fields } : {};
  fields['apiVersion'] = STRING;
  fields['kind'] = STRING;
  fields['metadata'] = { schema: shapeOf('ObjectMeta'), required: false };
  const open = root.is !== 'object' || root.open;
  return { is: 'object', name: '', fields, atomic: false, open };
}

/** What a value breaks of the rules of an openAPIV3Schema: required fields, enums, bounds, patterns. */
export function customViolations(
  schema: unknown,
  value: unknown,
  path = '',
): { field: string; text: string }[] {
  const found: { field: string; text: string }[] = [];
  if (Array.isArray(value)) {
    const items = fieldsAt(schema, 'items');
    value.forEach((item, index) => found.push(...customViolations(items, item, `${path}[${index}]`)));
    return found;
  }
  if (isFields(value)) {
    const required = fieldsAt(schema)['required'];
    for (const name of Array.isArray(required) ? required : []) {
      const field = path === '' ? textOf(name) : `${path}.${textOf(name)}`;
      if (value[textOf(name)] === undefined) found.push({ field, text: 'Required value' });
    }
    for (const [name, property] of Object.entries(fieldsAt(schema, 'properties'))) {
      if (value[name] === undefined || value[name] === null) continue;
      found.push(...customViolations(property, value[name], path === '' ? name : `${path}.${name}`));
    }
    return found;
  }
  const problem = scalarProblem(fieldsAt(schema), value);
  return problem === undefined ? [] : [{ field: path, text: problem }];
}

const STRING: Field = { schema: { is: 'leaf', type: 'string' }, required: false };

function scalarProblem(rules: Record<string, unknown>, value: unknown): string | undefined {
  const allowed = rules['enum'];
  if (Array.isArray(allowed) && !allowed.includes(value)) {
    const listed = allowed.map((item) => JSON.stringify(item)).join(', ');
    return `Unsupported value: ${JSON.stringify(value)}: supported values: ${listed}`;
  }
  const shown = `Invalid value: ${JSON.stringify(value)}`;
  const { minimum, maximum, pattern } = rules;
  if (typeof value === 'number') {
    if (typeof minimum === 'number' && value < minimum)
      return `${shown}: should be greater than or equal to ${minimum}`;
    if (typeof maximum === 'number' && value > maximum)
      return `${shown}: should be less than or equal to ${maximum}`;
  }
  if (typeof value === 'string' && typeof pattern === 'string' && !new RegExp(pattern).test(value)) {
    return `${shown}: should match '${pattern}'`;
  }
  return undefined;
}

function convert(schema: unknown): Schema {
  const rules = fieldsAt(schema);
  if (rules['x-kubernetes-int-or-string'] === true) return { is: 'leaf', type: 'intstr' };
  const type = textAt(rules, 'type');
  if (type === 'array') return { is: 'list', of: convert(rules['items']), rule: listRule(rules) };
  if (type !== undefined && type !== 'object') return { is: 'leaf', type: LEAVES[type] ?? 'any' };
  const properties = rules['properties'];
  const preserve = rules['x-kubernetes-preserve-unknown-fields'] === true;
  if (!isFields(properties)) {
    const values = rules['additionalProperties'];
    if (isFields(values))
      return { is: 'map', of: convert(values), atomic: rules['x-kubernetes-map-type'] === 'atomic' };
    if (preserve || values === true) return OPEN;
    return type === undefined ? ANY : { is: 'object', name: '', fields: {}, atomic: false, open: false };
  }
  const fields: Record<string, Field> = {};
  for (const name in properties) fields[name] = { schema: convert(properties[name]), required: false };
  return {
    is: 'object',
    name: '',
    fields,
    atomic: rules['x-kubernetes-map-type'] === 'atomic',
    open: preserve,
  };
}

const LEAVES: Record<string, LeafType> = {
  string: 'string',
  integer: 'int',
  number: 'number',
  boolean: 'bool',
};

function listRule(rules: Record<string, unknown>): ListRule {
  const keys = rules['x-kubernetes-list-map-keys'];
  if (rules['x-kubernetes-list-type'] === 'set') return { by: 'set' };
  if (rules['x-kubernetes-list-type'] === 'map' && Array.isArray(keys))
    return { by: 'key', keys: keys.map(textOf) };
  return { by: 'atomic' };
}

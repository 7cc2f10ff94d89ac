import { isJson, jsonAt, listAt, type Json } from '../json.js';

/**
 * What a custom resource breaks of the schema of its own definition, for resources whose definition the server does
 * not have yet. Knows types, required and unknown fields and enumerations; the server judges the rest:
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
 */
export function structuralFaults(value: unknown, schema: unknown, path = ''): readonly string[] {
  if (!isJson(schema) || schema['x-kubernetes-int-or-string'] === true) return [];
  if (value === null && schema['nullable'] === true) return [];
  const type = schema['type'];
  if (typeof type === 'string' && !fits(value, type)) return [`${path || '/'} must be ${type}`];
  const choices = listAt(schema, 'enum');
  if (choices.length > 0 && !choices.includes(value)) {
    return [`${path || '/'} must be one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) =>
      structuralFaults(item, schema['items'], `${path}/${index}`),
    );
  }
  return isJson(value) ? objectFaults(value, schema, path) : [];
}

/** Fields that every object has and that a definition need not mention. */
const GIVEN = new Set(['apiVersion', 'kind', 'metadata']);

function objectFaults(value: Json, schema: Json, path: string): readonly string[] {
  const properties = jsonAt(schema, 'properties');
  const missing = listAt(schema, 'required').filter((name) => !(String(name) in value));
  const isOpen =
    schema['x-kubernetes-preserve-unknown-fields'] === true || schema['additionalProperties'] !== undefined;
  return [
    ...missing.map((name) => `${path}/${String(name)} is required`),
    ...Object.entries(value).flatMap(([name, child]) => {
      const at = `${path}/${name}`;
      if (path === '' && GIVEN.has(name)) return [];
      if (name in properties) return structuralFaults(child, properties[name], at);
      if (!isOpen) return [`${at} is not a known field`];
      return structuralFaults(child, schema['additionalProperties'], at);
    }),
  ];
}

function fits(value: unknown, type: string): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJson(value);
    default:
      return typeof value === type;
  }
}

import type { Fields } from '../json.js';
import type { LeafType, ObjectSchema, Schema } from './schema.js';

/** A shape that an OpenAPI document describes, with the kind it is, when it is one. */
export interface DescribedKind {
  group: string;
  version: string;
  kind: string;
  schema: Schema;
}

/** `components.schemas` for kinds and everything they are made of, with the patch extensions that kubectl merges by. */
export function openApiComponents(kinds: readonly DescribedKind[]): Fields {
  const components: Fields = {};
  for (const { group, version, kind, schema } of kinds) {
    const name =
      schema.is === 'object' && schema.name !== ''
        ? componentName(schema)
        : `custom.${group}.${version}.${kind}`;
    describe(schema, components, name);
    const component = components[name] as Fields;
    component['x-kubernetes-group-version-kind'] = [{ group, version, kind }];
  }
  return components;
}

const LEAVES: Record<LeafType, Fields> = {
  string: { type: 'string' },
  int: { type: 'integer' },
  number: { type: 'number' },
  bool: { type: 'boolean' },
  quantity: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  intstr: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  time: { type: 'string', format: 'date-time' },
  any: { type: 'object' },
};

function componentName(schema: ObjectSchema): string {
  return `io.k8s.api.${schema.name}`;
}

function describe(schema: Schema, components: Fields, name: string): void {
  if (components[name] !== undefined) return;
  const component: Fields = { type: 'object', description: '' };
  components[name] = component;
  if (schema.is !== 'object') return;
  const required = Object.keys(schema.fields).filter((field) => schema.fields[field]?.required === true);
  if (required.length > 0) component['required'] = required;
  component['properties'] = Object.fromEntries(
    Object.entries(schema.fields).map(([field, { schema: of }]) => [field, property(field, of, components)]),
  );
}

function property(name: string, schema: Schema, components: Fields): Fields {
  switch (schema.is) {
    case 'leaf':
      return { ...LEAVES[schema.type], description: '' };
    case 'map':
      return { type: 'object', description: '', additionalProperties: property('', schema.of, components) };
    case 'list':
      return {
        type: 'array',
        description: '',
        items: property('', schema.of, components),
        ...patchRule(name, schema),
      };
    case 'object':
      return { ...reference(schema, components), ...(name === 'strategy' ? RETAIN_KEYS : {}) };
  }
}

function reference(schema: ObjectSchema, components: Fields): Fields {
  if (schema.name === '') return { type: 'object', description: '' };
  const name = componentName(schema);
  describe(schema, components, name);
  return { description: '', allOf: [{ $ref: `#/components/schemas/${name}` }] };
}

const RETAIN_KEYS = { 'x-kubernetes-patch-strategy': 'retainKeys' };

function patchRule(name: string, { rule }: Extract<Schema, { is: 'list' }>): Fields {
  if (rule.by === 'atomic') return {};
  if (rule.by === 'set') return { 'x-kubernetes-list-type': 'set', 'x-kubernetes-patch-strategy': 'merge' };
  return {
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': rule.keys,
    'x-kubernetes-patch-merge-key': rule.keys[0],
    'x-kubernetes-patch-strategy': name === 'volumes' ? 'merge,retainKeys' : 'merge',
  };
}

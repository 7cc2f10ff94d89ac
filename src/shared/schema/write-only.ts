import type { TSchema } from 'typebox';

/** The part of JSON Schema that leads to strings. */
interface Node {
  readonly writeOnly?: boolean;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly patternProperties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly allOf?: readonly Node[];
}

/**
 * JSON Pointers of the strings in a value that its schema marks `writeOnly`: credentials, which are taken and never
 * given back. Follows every branch of a union, so that a value that fits none loses no protection.
 */
export function writeOnlyIn(schema: TSchema, value: unknown): readonly string[] {
  return [...new Set(pointers(schema, value, ''))];
}

function pointers(node: Node, value: unknown, pointer: string): readonly string[] {
  const branches = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])];
  const here = node.writeOnly === true && typeof value === 'string' ? [pointer] : [];
  return [
    ...here,
    ...branches.flatMap((branch) => pointers(branch, value, pointer)),
    ...childrenOf(node, value).flatMap(([key, child, inner]) =>
      pointers(child, inner, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
    ),
  ];
}

function childrenOf(node: Node, value: unknown): readonly (readonly [string, Node, unknown])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const own = Array.isArray(value) ? node.items : childOf(node, key);
    return own ? [[key, own, inner] as const] : [];
  });
}

function childOf(node: Node, key: string): Node | undefined {
  if (node.properties && Object.hasOwn(node.properties, key)) return node.properties[key];
  const [, fitting] =
    Object.entries(node.patternProperties ?? {}).find(([pattern]) => new RegExp(pattern).test(key)) ?? [];
  const { additionalProperties: rest } = node;
  return fitting ?? (typeof rest === 'object' ? rest : undefined);
}

interface Shape {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Shape[];
}

/** A value that fits a schema of ours: its first example, or what it requires, made of examples. */
export function sampleOf(schema: unknown): unknown {
  const { type, examples, properties, required = [], anyOf, enum: words, ...rest } = schema as Shape;
  if ('const' in rest) return rest.const;
  if (properties) return Object.fromEntries(required.map((name) => [name, sampleOf(properties[name] ?? {})]));
  if (anyOf) return sampleOf(anyOf[0]);
  return examples?.[0] ?? words?.[0] ?? (type === 'array' ? [] : {});
}

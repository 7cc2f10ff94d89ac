/** Where a target is, in the words of its provider: names alone, as far as the page knows the kind. */
export function sayWhere(spec: unknown): string {
  const cluster = partOf(spec, 'cluster');
  const words = [
    ...['application', 'environment', 'region', 'namespace'].map((name) => textOf(spec, name)),
    textOf(cluster, 'cluster') ?? textOf(cluster, 'context') ?? textOf(cluster, 'type'),
  ];
  return words.filter((word) => word !== undefined).join(' · ');
}

function partOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function textOf(value: unknown, name: string): string | undefined {
  const found = partOf(value, name);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** One request of the Jolokia protocol. */
export interface JolokiaRequest {
  readonly type: 'read' | 'write' | 'exec';
  readonly mbean: string;
  readonly attribute?: string | readonly string[];
  readonly operation?: string;
  readonly arguments?: readonly string[];
  readonly value?: string;
}

/** One answer of an agent; `value` is there when the status is 200. */
export interface JolokiaAnswer {
  readonly status: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** The value as an object, an empty one when it is none: agents of all versions answer here, and some of other makes. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

/** What a bean is called by: its properties, `type` and `name` for two. */
export function propertyOf(bean: string, name: string): string | undefined {
  const pairs = bean.slice(bean.indexOf(':') + 1).split(',');
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

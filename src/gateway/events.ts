/** One server-sent event. */
export function eventOf(name: string, data: unknown, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Each value as an event of this name. */
export async function* eventsOf<T>(name: string, values: AsyncIterable<T>): AsyncGenerator<string> {
  for await (const value of values) yield eventOf(name, value);
}

/** The first value. Throws when there is none. */
export async function firstOf<T>(values: AsyncIterable<T>): Promise<T> {
  for await (const value of values) return value;
  throw new Error('It ended before it said anything');
}

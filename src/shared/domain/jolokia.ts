/** A request of the Jolokia protocol: https://jolokia.org/reference/html/manual/jolokia_protocol.html */
export type JolokiaRequest = Readonly<Record<string, unknown>> & { readonly type: string };

/** What a request, or a whole bulk of them, needs the right for. */
export type JolokiaNeed = 'read' | 'write';

export type JolokiaReading =
  | { readonly said: 'good'; readonly requests: readonly JolokiaRequest[]; readonly need: JolokiaNeed }
  | { readonly said: 'bad'; readonly detail: string };

const READING = new Set(['read', 'list', 'search', 'version']);
const WRITING = new Set(['exec', 'write']);
/** Requests of one bulk. */
const MOST = 100;

/** Names of the parts of a path, by the type of its request; the last one takes all the rest. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  read: ['mbean', 'attribute', 'path'],
  write: ['mbean', 'attribute', 'value', 'path'],
  exec: ['mbean', 'operation', 'arguments'],
  search: ['mbean'],
  list: ['path'],
  version: [],
};

/**
 * Reads the body of a POST, one request or a bulk of them. A bulk needs the right to write as soon as one of it does, and
 * what is not known, or would make the agent talk to another process (`target`), is refused.
 */
export function readJolokia(body: unknown): JolokiaReading {
  const requests: readonly unknown[] = Array.isArray(body) ? body : [body];
  if (requests.length === 0 || requests.length > MOST)
    return { said: 'bad', detail: `must be one request or up to ${MOST} of them` };
  const read: JolokiaRequest[] = [];
  for (const request of requests) {
    const flaw = flawOf(request);
    if (flaw !== undefined) return { said: 'bad', detail: flaw };
    const type = (request as JolokiaRequest).type.toLowerCase();
    read.push({ ...(request as JolokiaRequest), type });
  }
  return {
    said: 'good',
    requests: read,
    need: read.some(({ type }) => WRITING.has(type)) ? 'write' : 'read',
  };
}

/**
 * The request that the path of a GET stands for. It is sent on as the body of a POST, never as a path, so that whatever
 * it holds, encoded however often, cannot lead anywhere else. In paths `!` quotes the character after it.
 */
export function requestOfPath(path: string): unknown {
  const [type = '', ...rest] = partsOf(path);
  if (type === '') return { type: 'version' };
  const names = Object.hasOwn(PARTS, type) ? PARTS[type] : undefined;
  if (!names) return { type };
  const last = names.length - 1;
  const entries = names.flatMap((name, at): [string, unknown][] => {
    if (at >= rest.length) return [];
    if (name === 'arguments') return [[name, rest.slice(at)]];
    if (name === 'attribute' && type === 'read') return [[name, attributesOf(rest[at] ?? '')]];
    return [[name, at === last ? rest.slice(at).join('/') : rest[at]]];
  });
  return { type, ...Object.fromEntries(entries) };
}

function attributesOf(text: string): string | readonly string[] {
  return text.includes(',') ? text.split(',') : text;
}

function partsOf(path: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < path.length; at += 1) {
    const letter = path[at] ?? '';
    if (letter === '!') part += path[(at += 1)] ?? '';
    else if (letter === '/') {
      parts.push(part);
      part = '';
    } else part += letter;
  }
  parts.push(part);
  return parts.filter((each) => each !== '');
}

function flawOf(request: unknown): string | undefined {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) return 'must be objects';
  const { type, target } = request as { type?: unknown; target?: unknown };
  if (target !== undefined) return 'must not name a target: the agent would call another process for it';
  const known = typeof type === 'string' ? type.toLowerCase() : '';
  if (READING.has(known) || WRITING.has(known)) return undefined;
  return `type must be one of ${[...READING, ...WRITING].join(', ')}`;
}

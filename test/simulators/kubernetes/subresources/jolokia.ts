import { fieldsAt, isFields, textAt, type Fields } from '../json.js';

/** Beans that every simulated Java process has. */
const BEANS: Record<string, Fields> = {
  'java.lang:type=Memory': {
    HeapMemoryUsage: { init: 268_435_456, used: 104_857_600, committed: 268_435_456, max: 536_870_912 },
  },
  'java.lang:type=Runtime': { Uptime: 60_000, VmName: 'Simulated VM', SpecVersion: '21' },
  'java.lang:type=Threading': { ThreadCount: 12, PeakThreadCount: 14 },
};

/**
 * Answers as a Jolokia agent does: `version`, `list`, `search` and `read`, by GET path or POST body; writes are refused.
 * Source: https://jolokia.org/reference/html/manual/jolokia_protocol.html
 */
export function answerJolokia(path: string, body: unknown): Fields {
  const request = isFields(body) ? body : requestOf(path);
  const base = { request, timestamp: Math.floor(Date.now() / 1000) };
  switch (textAt(request, 'type') ?? '') {
    case 'version':
      return {
        ...base,
        status: 200,
        value: { agent: '2.0.0', protocol: '8.0', info: { product: 'simulator' } },
      };
    case 'list':
      return { ...base, status: 200, value: BEANS };
    case 'search':
      return { ...base, status: 200, value: Object.keys(BEANS) };
    case 'read':
      return { ...base, ...read(request) };
    default:
      return { ...base, status: 403, error_type: 'java.lang.SecurityException', error: 'not allowed' };
  }
}

function requestOf(path: string): Fields {
  const [type = 'version', mbean, attribute] = path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => decodeURIComponent(part));
  return {
    type,
    ...(mbean === undefined ? {} : { mbean }),
    ...(attribute === undefined ? {} : { attribute }),
  };
}

function read(request: Fields): Fields {
  const name = textAt(request, 'mbean') ?? '';
  const bean = BEANS[name];
  const attribute = textAt(request, 'attribute');
  if (bean === undefined || (attribute !== undefined && bean[attribute] === undefined)) {
    const error = `javax.management.InstanceNotFoundException : ${name}`;
    return { status: 404, error_type: 'javax.management.InstanceNotFoundException', error };
  }
  return {
    status: 200,
    value: attribute === undefined ? bean : fieldsAt({ value: bean }, 'value')[attribute],
  };
}

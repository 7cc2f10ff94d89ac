import { isFields, textAt, type Fields } from '../json.js';
import type { JavaBeans } from './java-beans.js';

/**
 * Answers one request as a Jolokia agent does: `version`, `list`, `search`, `read`, also of patterns and of several
 * attributes, `write` and `exec`, by GET path or POST body.
 * Source: https://jolokia.org/reference/html/manual/jolokia_protocol.html
 */
export function answerJolokia(beans: JavaBeans, path: string, body: unknown): Fields {
  const request = isFields(body) ? body : requestOf(path);
  const base = { request, timestamp: Math.floor(Date.now() / 1000) };
  const mbean = textAt(request, 'mbean') ?? '';
  switch (textAt(request, 'type') ?? '') {
    case 'version':
      return {
        ...base,
        status: 200,
        value: { agent: '2.0.0', protocol: '8.0', info: { product: 'simulator' } },
      };
    case 'list':
      return { ...base, status: 200, value: beans.all() };
    case 'search':
      return { ...base, status: 200, value: Object.keys(beans.all()).filter((name) => fits(mbean, name)) };
    case 'read':
      return { ...base, ...read(beans, mbean, request['attribute']) };
    case 'write': {
      const before = beans.write(mbean, textAt(request, 'attribute') ?? '', request['value']);
      return { ...base, ...(before === undefined ? missing(mbean) : { status: 200, value: before }) };
    }
    case 'exec': {
      const args: unknown[] = Array.isArray(request['arguments']) ? request['arguments'] : [];
      const done = beans.execute(mbean, textAt(request, 'operation') ?? '', args);
      return { ...base, ...(done ? { status: 200, ...done } : missing(mbean)) };
    }
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

function read(beans: JavaBeans, mbean: string, attribute: unknown): Fields {
  const found = Object.entries(beans.all()).filter(([name]) => fits(mbean, name));
  const [first] = found;
  if (!first) return missing(mbean);
  const wanted = attribute === undefined ? undefined : [attribute].flat().map(String);
  const chosen = (bean: Fields) =>
    Object.fromEntries(Object.entries(bean).filter(([name]) => wanted?.includes(name) ?? true));
  if (isPattern(mbean))
    return { status: 200, value: Object.fromEntries(found.map(([name, bean]) => [name, chosen(bean)])) };
  if (typeof attribute !== 'string') return { status: 200, value: chosen(first[1]) };
  return attribute in first[1] ? { status: 200, value: first[1][attribute] } : missing(mbean);
}

function missing(mbean: string): Fields {
  const error = `javax.management.InstanceNotFoundException : ${mbean}`;
  return { status: 404, error_type: 'javax.management.InstanceNotFoundException', error };
}

function isPattern(mbean: string): boolean {
  return mbean.includes('*');
}

/** Whether a name is meant: same domain, same properties in any order; `*` stands for any text, or for further properties. */
function fits(wanted: string, name: string): boolean {
  const [domain, properties] = partsOf(wanted);
  const [its, own] = partsOf(name);
  if (!like(domain, its)) return false;
  const open = properties.delete('*');
  if (!open && properties.size !== own.size) return false;
  return [...properties].every(([key, value]) => own.has(key) && like(value, own.get(key) ?? ''));
}

function partsOf(name: string): [string, Map<string, string>] {
  const colon = name.indexOf(':');
  const pairs = name.slice(colon + 1).split(',');
  return [
    name.slice(0, Math.max(colon, 0)),
    new Map(pairs.map((pair) => [pair.split('=', 1)[0] ?? '', pair.slice(pair.indexOf('=') + 1)])),
  ];
}

function like(pattern: string, text: string): boolean {
  const quoted = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${quoted.join('.*')}$`).test(text);
}

import Mustache from 'mustache';
import { isJson, type Json } from '../json.js';
import type { Problem } from './problem.js';

export type ParameterValue = string | number | boolean;
export type Parameters = Readonly<Record<string, ParameterValue>>;

/**
 * Fills `{{name}}` into the string values of a parsed document, so that no value can add keys. A string that is
 * nothing but one parameter takes over its type: `"{{replicas}}"` becomes a number. A name that is not given is an
 * error, as is a template in a key. Returns a changed copy.
 */
export function fillParameters(
  value: unknown,
  parameters: Parameters,
  where: string,
): { readonly value: unknown; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const report = (path: string, said: string) =>
    void problems.push({ level: 'error', where: `${where} ${path || '/'}`, said });

  function filled(at: unknown, path: string): unknown {
    if (Array.isArray(at)) return at.map((item, index) => filled(item, `${path}/${index}`));
    if (isJson(at)) return filledObject(at, path);
    if (typeof at !== 'string' || !at.includes('{{')) return at;
    const whole = /^\{\{\s*([\w.-]+)\s*\}\}$/.exec(at)?.[1];
    if (whole !== undefined && Object.hasOwn(parameters, whole)) return parameters[whole];
    const faults = faultsOf(at, parameters);
    for (const said of faults) report(path, said);
    return faults.length > 0 ? at : render(at, parameters);
  }

  function filledObject(at: Json, path: string): Json {
    const copy: Json = {};
    for (const [key, child] of Object.entries(at)) {
      if (key.includes('{{'))
        report(path, `the key "${key}" holds a template; templates go into values only`);
      copy[key] = filled(child, `${path}/${key}`);
    }
    return copy;
  }

  return { value: filled(value, ''), problems };
}

/** Fills the text before it is parsed, sections included. Values with line breaks are refused: they could add keys. */
export function fillText(
  text: string,
  parameters: Parameters,
  where: string,
): { readonly text: string; readonly problems: readonly Problem[] } {
  const broken = Object.entries(parameters).filter(([, value]) => /[\r\n]/.test(String(value)));
  const said = [
    ...broken.map(([name]) => `the value of ${name} has a line break; it could add keys in raw mode`),
    ...faultsOf(text, parameters),
  ];
  if (said.length > 0) {
    return { text, problems: said.map((each) => ({ level: 'error', where, said: each })) };
  }
  return { text: render(text, parameters), problems: [] };
}

/** Mustache knows more tags than these: partials, other delimiters. They have no meaning here. */
type Token = readonly [type: string, text: string, start: number, end: number, inner?: unknown];

function faultsOf(text: string, parameters: Parameters): readonly string[] {
  try {
    return [...new Set(tokenFaults(Mustache.parse(text) as Token[], parameters))];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  } finally {
    Mustache.clearCache();
  }
}

function tokenFaults(tokens: readonly Token[], parameters: Parameters): readonly string[] {
  return tokens.flatMap(([type, name, , , inner]) => {
    const within = Array.isArray(inner) ? tokenFaults(inner as Token[], parameters) : [];
    if (type === 'text' || type === '!') return within;
    if (type === '>' || type === '=') return [`{{${type}${name}}} is not supported`];
    if (name === 'lowercase' && type === '#') return within;
    if (Object.hasOwn(parameters, name)) return within;
    const given = Object.keys(parameters).sort().join(', ') || 'none';
    return [`the parameter ${name} is not given; given are: ${given}`, ...within];
  });
}

/** Mustache escapes for HTML by itself, which would damage the values. `{{#lowercase}}…{{/lowercase}}` is Apollo's. */
function render(text: string, parameters: Parameters): string {
  const lowercase = () => (inner: string, fill: (text: string) => string) => fill(inner).toLowerCase();
  const context = { ...parameters, lowercase };
  try {
    return Mustache.render(text, context, undefined, { escape: (value: unknown) => String(value) });
  } finally {
    Mustache.clearCache();
  }
}

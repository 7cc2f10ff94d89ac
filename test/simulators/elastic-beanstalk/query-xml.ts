import type { Answer } from '../s3/exchange.js';
import { escapeXml, xmlElement } from '../s3/xml.js';
import type { XmlValue } from '../s3/xml.js';

/** The form parameters of an AWS Query call, flat as they came: `OptionSettings.member.1.Value` and so on. */
export type Params = Readonly<Record<string, string>>;

/** The result of an operation; undefined for operations that answer with nothing but a request id. */
export type Result = { readonly [name: string]: XmlValue } | undefined;

/** Reads the parameters of a Query call from its body or, for GET, from the URL; old clients write `Operation` and `members`. */
export function queryParams(form: URLSearchParams): Params {
  const params: Record<string, string> = {};
  for (const [name, value] of form) params[name.replaceAll('.members.', '.member.')] = value;
  if (params['Action'] === undefined && params['Operation'] !== undefined)
    params['Action'] = params['Operation'];
  return params;
}

/** The items of `name.member.N`, in order. */
export function listParam(params: Params, name: string): readonly string[] {
  return numbered(params, name)
    .map((prefix) => params[prefix])
    .filter((value) => value !== undefined);
}

/** The items of `name.member.N.Field`, in order, each with its fields. */
export function structsParam(params: Params, name: string): readonly Params[] {
  return numbered(params, name).map((prefix) => structParam(params, prefix));
}

/** The fields of `name.Field`. */
export function structParam(params: Params, name: string): Params {
  const fields: Record<string, string> = {};
  for (const [key, value] of Object.entries(params)) {
    if (key.startsWith(`${name}.`)) fields[key.slice(name.length + 1)] = value;
  }
  return fields;
}

/** The answer to an operation that was accepted: XML, or JSON with epoch seconds for callers who ask for it. */
export function queryAnswer(call: QueryCall, result: Result): Answer {
  const metadata = { RequestId: call.requestId };
  const name = `${call.action}Response`;
  const content = {
    ...(result === undefined ? {} : { [`${call.action}Result`]: result }),
    ResponseMetadata: metadata,
  };
  if (call.format === 'json') return jsonAnswer(200, call.requestId, { [name]: content });
  const inner = Object.entries(content)
    .map(([key, value]) => xmlElement(key, value, 'member'))
    .join('');
  return xmlAnswer(200, call.requestId, `<${name} xmlns="${call.namespace}">${inner}</${name}>`);
}

/** The answer to an operation that was refused ("Common Errors" of the API reference). */
export function queryError(
  call: QueryCall,
  error: { status: number; code: string; message: string },
): Answer {
  const { status, code, message } = error;
  const type = status >= 500 ? 'Receiver' : 'Sender';
  if (call.format === 'json') {
    const body = { Error: { Type: type, Code: code, Message: message }, RequestId: call.requestId };
    return { ...jsonAnswer(status, call.requestId, body), code };
  }
  const body =
    `<ErrorResponse xmlns="${call.namespace}"><Error><Type>${type}</Type><Code>${escapeXml(code)}</Code>` +
    `<Message>${escapeXml(message)}</Message></Error><RequestId>${call.requestId}</RequestId></ErrorResponse>`;
  return { ...xmlAnswer(status, call.requestId, body), code };
}

/** What shapes the envelope of an answer. */
export interface QueryCall {
  readonly action: string;
  readonly namespace: string;
  readonly requestId: string;
  readonly format: 'xml' | 'json';
}

function numbered(params: Params, name: string): readonly string[] {
  const pattern = new RegExp(`^${name}\\.member\\.(\\d+)(\\.|$)`);
  const numbers = new Set<number>();
  for (const key of Object.keys(params)) {
    const match = pattern.exec(key);
    if (match !== null) numbers.add(Number(match[1]));
  }
  return [...numbers].sort((left, right) => left - right).map((number) => `${name}.member.${number}`);
}

function xmlAnswer(status: number, requestId: string, body: string): Answer {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}

function jsonAnswer(status: number, requestId: string, content: XmlValue): Answer {
  const headers = { 'content-type': 'application/json', 'x-amzn-requestid': requestId };
  return { status, headers, body: JSON.stringify(epochSeconds(content)) };
}

function epochSeconds(value: XmlValue): unknown {
  if (value instanceof Date) return value.getTime() / 1_000;
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly XmlValue[]).map(epochSeconds);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, epochSeconds(inner)]));
}

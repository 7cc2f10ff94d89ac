import { createRequire } from 'node:module';
import type { Ajv2020 as Validator } from 'ajv/dist/2020.js';
import { openApiDocument } from '../../scripts/docs/openapi-document.js';

// Packages of CommonJS, whose types name what their modules do not.
const require = createRequire(import.meta.url);
const { Ajv2020 } = require('ajv/dist/2020.js') as { Ajv2020: typeof Validator };
const addFormats = require('ajv-formats') as (ajv: Validator) => void;

interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text?: string;
  readonly body: unknown;
}
interface Response {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, unknown>>;
}
type Operation = { readonly responses: Readonly<Record<string, Response>> };
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

let known: { document: Document; ajv: Validator; templates: readonly [RegExp, string][] } | undefined;

/** The description, read once by each file of tests that asks something. */
function description() {
  if (known) return known;
  const document = JSON.parse(openApiDocument()) as Document;
  const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(document, 'openapi');
  const templates = Object.keys(document.paths).map((template): [RegExp, string] => [
    new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+').replaceAll('.', String.raw`\.`)}$`),
    template,
  ]);
  return (known = { document, ajv, templates });
}

/** Throws when an answer is not one that the description of the API has for this call. */
export function proveDescribed(method: string, path: string, answer: Seen): void {
  const problem = undescribed(method, path, answer);
  if (problem !== undefined)
    throw new Error(`${method} ${path} answered ${answer.status}, and ${problem}: ${answer.text ?? ''}`);
}

/** What the description does not say of an answer; undefined when all is told. */
export function undescribed(method: string, path: string, answer: Seen): string | undefined {
  const { document, templates } = description();
  const place = path.split('?')[0]?.replace(/^https?:\/\/[^/]+/, '') ?? '';
  const candidates = templates.filter(([pattern]) => pattern.test(place)).map(([, template]) => template);
  // An address with a word in the place of a parameter is told apart from the one with the parameter.
  const [template] = candidates.toSorted((one, other) => holes(one) - holes(other));
  const operation = template === undefined ? undefined : document.paths[template]?.[method];
  if (template === undefined || !operation) return undescribedElsewhere(answer);
  const status = String(answer.status);
  const key = status in operation.responses ? status : 'default';
  const pointer = `/paths/${escaped(template)}/${method}/responses/${key}`;
  const response = operation.responses[key];
  if (!response || (key === 'default' && answer.status < 400)) return 'no such status is described';
  return response.$ref === undefined
    ? undescribedBody(response.content, pointer, answer)
    : undescribedBody(PROBLEM, '/components/responses/Problem', answer);
}

const PROBLEM = { 'application/problem+json': {} };
const holes = (template: string) => template.split('{').length;
const escaped = (text: string) =>
  encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1')).replaceAll('%7E', '~');

/** Pages, and what is not there. */
function undescribedElsewhere(answer: Seen): string | undefined {
  if (answer.status < 400) return undefined;
  return undescribedBody(PROBLEM, '/components/responses/Problem', answer);
}

function undescribedBody(content: Response['content'], pointer: string, answer: Seen): string | undefined {
  const type = answer.headers['content-type']?.split(';')[0];
  if (!content) return answer.text === undefined || answer.text === '' ? undefined : 'no body is described';
  if (type === undefined || !(type in content)) return `the type ${type} is not described`;
  if (!type.endsWith('json') || type.includes('x-')) return undefined;
  const { ajv } = description();
  const validate = ajv.getSchema(`openapi#${pointer}/content/${escaped(type)}/schema`);
  if (!validate) throw new Error(`The description has no schema at ${pointer}`);
  const body: unknown = JSON.parse(answer.text ?? 'null');
  return validate(body) ? undefined : `the body does not fit: ${ajv.errorsText(validate.errors)}`;
}

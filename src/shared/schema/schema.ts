import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Static, TSchema } from 'typebox';

/** One violation: a JSON Pointer to the place and what is wrong there. */
export interface Violation {
  readonly pointer: string;
  readonly detail: string;
}

/** A JSON Schema 2020-12 with the guard compiled from it. */
export interface Schema<T> {
  readonly json: TSchema;
  is(value: unknown): value is T;
  /** Every violation; empty when `is` holds. */
  problems(value: unknown): readonly Violation[];
}

const ajv = new Ajv2020({ strict: true, allErrors: true, strictTypes: false, messages: true });
formats.default(ajv);

/** Compiles once at start; the returned guard proves the type that the schema describes. */
export function schemaOf<const S extends TSchema>(json: S): Schema<Static<S>> {
  const validate = ajv.compile(json);
  return {
    json,
    is: (value): value is Static<S> => validate(value),
    problems: (value) => (validate(value) ? [] : (validate.errors ?? []).map(violation)),
  };
}

function violation(error: ErrorObject): Violation {
  const { keyword, instancePath, params, message } = error as ErrorObject<string, Record<string, unknown>>;
  if (keyword === 'additionalProperties') {
    return {
      pointer: `${instancePath}/${pointerToken(params['additionalProperty'])}`,
      detail: 'is not a known key',
    };
  }
  if (keyword === 'required') {
    return { pointer: `${instancePath}/${pointerToken(params['missingProperty'])}`, detail: 'is required' };
  }
  if (keyword === 'enum') {
    return { pointer: instancePath, detail: `must be one of ${JSON.stringify(params['allowedValues'])}` };
  }
  if (keyword === 'const') {
    return { pointer: instancePath, detail: `must be ${JSON.stringify(params['allowedValue'])}` };
  }
  return { pointer: instancePath, detail: message ?? `fails ${keyword}` };
}

function pointerToken(name: unknown): string {
  return String(name).replaceAll('~', '~0').replaceAll('/', '~1');
}

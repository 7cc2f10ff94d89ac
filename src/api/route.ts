import type { Static, TSchema } from 'typebox';
import { schemaOf, type Schema, type Violation } from '../shared/schema/schema.js';
import type { Caller } from './access/caller.js';
import { permit, type Access } from './access/permit.js';
import { readQuery, type RawQuery } from './query.js';
import type { Reply } from './reply.js';
import { invalid, within } from './violations.js';

/** What a handler may know of a request beyond its validated parts. */
export interface Around {
  readonly requestId: string;
  header(name: string): string | undefined;
  /** The best of these media types for the Accept header; undefined when none will do. */
  accepts(types: readonly string[]): string | undefined;
  /** Aborts when the process shuts down, or when what the caller may do has ended or changed. */
  readonly closing: AbortSignal;
  /** Aborts when the caller is gone, or with `closing`. */
  readonly signal: () => AbortSignal;
  /** The body of a route with `upload`. */
  upload(): AsyncIterable<Uint8Array>;
}

/** The validated request. */
export interface Input<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly around: Around;
}

/** One documented answer of a route. */
export interface Answer {
  readonly description: string;
  readonly schema?: TSchema;
  readonly types?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

interface About {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** As Express knows it, `/v1/services/:service`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly answers: Readonly<Record<number, Answer>>;
  /** What it stores says for good who asked for it, so that the answer need not wait for the audit log as well. */
  readonly recordsItself?: true;
  /** How requests are counted where that is not by caller: `none` for probes. */
  readonly rate?: 'hook' | 'none';
  /** Request headers worth documenting. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface Body {
  /** Most bytes; 256 KB unless said. */
  readonly limit?: number;
  /** Whether the body may be left out; it is read as `{}` then. */
  readonly optional?: true;
  /** Makes the violations of an invalid body fewer and more exact. */
  judge?(body: unknown, violations: readonly Violation[]): readonly Violation[];
}

/** A route as it is written down: what it needs, what it answers, and its handler, which knows nothing of HTTP servers. */
export interface RouteSpec<P extends TSchema, Q extends TSchema, B extends TSchema> extends About {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: Body & { readonly schema: B };
  readonly upload?: readonly string[];
  readonly access: Access<Input<Static<P>, Static<Q>, Static<B>>>;
  readonly handler: (input: Input<Static<P>, Static<Q>, Static<B>>, caller: Caller) => Promise<Reply>;
}

/** A route with its private types sealed, so that unlike ones share a table. */
export interface Route extends About {
  readonly access: Access;
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: Body & { readonly schema: TSchema };
  /** Media types of a body that is streamed to the handler. */
  readonly upload?: readonly string[];
  /** Validates, proves the right and handles. Throws a `Refusal` with every violation of path, query and body, or for the right. */
  run(raw: RawInput, caller: Caller): Promise<Reply>;
}

export interface RawInput {
  readonly params: unknown;
  readonly query: RawQuery;
  readonly body: unknown;
  /** Keys of the body that are refused wherever they are. */
  readonly forbidden?: readonly Violation[];
  readonly around: Around;
}

/** Compiles the schemas of a route once and seals it. */
export function defineRoute<
  const P extends TSchema = TSchema,
  const Q extends TSchema = TSchema,
  const B extends TSchema = TSchema,
>(spec: RouteSpec<P, Q, B>): Route {
  const params = spec.params && schemaOf(spec.params);
  const query = spec.query && schemaOf(spec.query);
  const body = spec.body && schemaOf(spec.body.schema);
  const { handler, access, ...about } = spec;
  return {
    ...about,
    access,
    run(raw, caller) {
      const asked = query ? readQuery(query.json, raw.query) : {};
      const fits =
        passes(params, raw.params) &&
        passes(query, asked) &&
        passes(body, raw.body) &&
        !raw.forbidden?.length;
      if (!fits) {
        throw invalid([
          ...within('/path', params?.problems(raw.params)),
          ...within('/query', query?.problems(asked)),
          ...violationsOfBody(body, spec.body, raw),
        ]);
      }
      const input = { params: raw.params, query: asked, body: raw.body, around: raw.around } as Input<
        Static<P>,
        Static<Q>,
        Static<B>
      >;
      const looked = permit(access, input, caller);
      return looked ? looked.then(() => handler(input, caller)) : handler(input, caller);
    },
  };
}

function passes(schema: Schema<unknown> | undefined, value: unknown): boolean {
  return schema === undefined || schema.is(value);
}

function violationsOfBody(
  schema: Schema<unknown> | undefined,
  body: Body | undefined,
  { body: value, forbidden = [] }: RawInput,
): readonly Violation[] {
  const found = schema?.problems(value) ?? [];
  const exact = body?.judge?.(value, found) ?? found;
  return [
    ...forbidden,
    ...exact.filter(({ pointer }) => forbidden.every((each) => each.pointer !== pointer)),
  ];
}

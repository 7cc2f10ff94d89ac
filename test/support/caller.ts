import supertest from 'supertest';
import { expect } from 'vitest';
import type { JournalLine } from '../../src/shared/contract/journal-page.js';
import { proveDescribed } from './described.js';

/**
 * Members of the bodies that tests look at. A body has those of its own call; looking at another one gives
 * undefined, which no expectation takes for a value.
 */
export interface Body {
  readonly id: string;
  readonly token: string;
  readonly state: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly size: number;
  readonly queue: { readonly ahead: number };
  readonly failure: { readonly detail: string };
  readonly deployment: { readonly state: string };
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[] | undefined;
  readonly items: readonly Item[];
  readonly nextCursor: string | undefined;
  readonly lines: readonly JournalLine[];
  readonly next: number;
  readonly complete: boolean;
  readonly length: number;
  readonly checks: unknown;
  readonly openapi: string;
  readonly paths: object;
}

/** An item of a list. */
export interface Item {
  readonly id: string;
  readonly service: string;
  readonly environment: string;
  readonly version: string;
}

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  readonly body: Body;
}

/** A request that is sent when it is awaited. */
export interface Ask extends PromiseLike<Answer> {
  set(name: string, value: string): Ask;
  set(headers: Readonly<Record<string, string>>): Ask;
  send(body: object | string): Ask;
  /** Keeps the text of an answer of any type. */
  buffer(keep: true): Ask;
}

/** Makes requests to one API. */
export type Caller = Readonly<Record<'get' | 'post' | 'put' | 'patch' | 'delete', (path: string) => Ask>>;

/** Supertest with typed answers, each held against the description of the API; no Authorization header for an empty token. */
export function callerOf(url: string, token: string): Caller {
  const agent = supertest.agent(url);
  if (token !== '') void agent.set('authorization', `Bearer ${token}`);
  const asking = (method: keyof Caller) => (path: string) =>
    agent[method](path).expect((answer) => proveDescribed(method, path, answer));
  return {
    get: asking('get'),
    post: asking('post'),
    put: asking('put'),
    patch: asking('patch'),
    delete: asking('delete'),
  };
}

/** Any text, where an expectation wants one. */
export const anyText: unknown = expect.any(String);

/** A text with this part, where an expectation wants one. */
export const textWith = (part: string): unknown => expect.stringContaining(part);

/** Pointers of all violations, each once, in alphabetical order. */
export function pointersOf({ body }: Answer): readonly string[] {
  return [...new Set((body.errors ?? []).map(({ pointer }) => pointer))].sort();
}

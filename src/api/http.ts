import type { Express, Request, Response } from 'express';
import type { Logger } from '../shared/log/logger.js';
import type { Answered } from '../shared/metrics/http-metrics.js';
import { inSpan } from '../shared/tracing/spans.js';
import type { AuditTrail, Call } from './access/audit-trail.js';
import { NOBODY } from './access/nobody.js';
import { permitSomewhere } from './access/permit.js';
import type { Authentication } from './auth/authenticate.js';
import { createLeash, type Leash } from './auth/leash.js';
import { proveSameOrigin } from './auth/same-origin.js';
import { addressOf, type RateLimit } from './rate-limit.js';
import { Refusal } from './refusal.js';
import { bodyReader, proveType, type BodyReader } from './request-body.js';
import { requestIdOf } from './request-id.js';
import type { Around, RawInput, Route } from './route.js';
import type { Caller } from './access/caller.js';
import type { RawQuery } from './query.js';
import type { Reply } from './reply.js';
import { send, sendProblem } from './send.js';

/** What serving needs beside the routes. */
export interface HttpDeps {
  readonly auth: Pick<Authentication, 'authenticate'>;
  readonly logger: Logger;
  /** Aborts when the process shuts down: whoever waits is answered at once. */
  readonly closing: AbortSignal;
  readonly trail: AuditTrail;
  /** Address by which browsers reach the API. */
  readonly publicUrl?: string | undefined;
  readonly answered?: (answered: Answered) => void;
  readonly rates: Pick<RateLimit, 'take'>;
  /** Proxies of our own before this process. */
  readonly proxies: number;
}

/**
 * Puts a table of routes into Express: who calls, may they, is it a request, then the handler, then the answer.
 * An address of the table with another method answers 405. This file, `request-body.ts` and `send.ts` alone know req
 * and res.
 */
export function mountRoutes(app: Express, table: readonly Route[], deps: HttpDeps): void {
  const { logger } = deps;
  const serving = { ...deps, leash: createLeash(deps.auth) };
  for (const route of table) {
    const template = { method: route.method, route: route.path.replaceAll(/:(\w+)/g, '{$1}') };
    const readBody = route.body && bodyReader(route.body);
    app[route.method](route.path, (req: Request, res: Response) => {
      const requestId = requestIdOf(req.headers['x-request-id'] as string | undefined);
      const exchange = { req, res, requestId, caller: NOBODY, waits: false };
      if (deps.answered) tellAnswered(deps.answered, template, exchange);
      const work = () => serve(route, readBody, serving, exchange);
      traced(route, template, req, work).catch((thrown: unknown) => {
        const error = counted(thrown, serving, exchange);
        deps.trail.refused(callOf(exchange), exchange.caller, error);
        sendProblem(req, res, error, requestId, logger);
      });
    });
  }
  for (const [path, methods] of methodsByPath(table)) {
    app.all(path, (req, res) => {
      const error = new Refusal('route.method', `${req.method} is not possible here; ${methods} is`, {
        headers: { allow: methods },
      });
      sendProblem(req, res, error, requestIdOf(req.headers['x-request-id'] as string | undefined), logger);
    });
  }
}

/** One request on its way to an answer. */
interface Exchange {
  readonly req: Request;
  readonly res: Response;
  readonly requestId: string;
  /** Who calls, as far as that is known yet. */
  caller: Caller;
  /** Whether it is held open on purpose. */
  waits: boolean;
}

function tellAnswered(
  answered: (answered: Answered) => void,
  template: Pick<Answered, 'method' | 'route'>,
  exchange: Exchange,
): void {
  const startedAt = performance.now();
  exchange.res.once('close', () =>
    answered({
      ...template,
      status: exchange.res.statusCode,
      mode: exchange.waits ? 'waiting' : 'prompt',
      seconds: (performance.now() - startedAt) / 1_000,
    }),
  );
}

type ServeDeps = HttpDeps & { readonly leash: Leash };

async function serve(
  route: Route,
  readBody: BodyReader | undefined,
  deps: ServeDeps,
  exchange: Exchange,
): Promise<void> {
  const { req, res, requestId } = exchange;
  const asked = callerOf(route, deps, req);
  const caller = asked instanceof Promise ? await asked : asked;
  exchange.caller = caller;
  count(route, deps, exchange);
  prove(route, deps, req, caller);
  if (route.upload) proveType(req, route.upload);
  const body = readBody && (await readBody(req, res));
  const raw: Omit<RawInput, 'around'> = {
    params: req.params,
    query: queryOf(req),
    body: body?.value,
    ...(body && { forbidden: body.forbidden }),
  };
  const reply = await answer(route, deps, exchange, caller, raw);
  const waiting = recorded(route, deps, exchange, reply);
  if (waiting) await waiting;
  send(res, reply, requestId);
}

/** Goes on with the trace of the caller; probes have none. */
function traced(
  { rate }: Route,
  { method, route }: Pick<Answered, 'method' | 'route'>,
  req: Request,
  work: () => Promise<void>,
): Promise<void> {
  if (rate === 'none') return work();
  const parent = req.headers['traceparent'] as string | undefined;
  const attributes = { 'http.request.method': method.toUpperCase(), 'http.route': route };
  return inSpan(`${method.toUpperCase()} ${route}`, { parent, kind: 'server', attributes }, work);
}

/** Counts the request by who sends it; throws a Refusal when there were too many. */
function count({ access, rate }: Route, { rates, proxies }: HttpDeps, { req, res, caller }: Exchange): void {
  if (rate === 'none') return;
  const headers =
    access === 'open' ? rates.take(rate ?? 'address', peerOf(req, proxies)) : rates.take('caller', caller.id);
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
}

/** Somebody who could not prove who they are is counted by their address; whoever can is never held up by them. */
function counted(error: unknown, { rates, proxies }: HttpDeps, { req }: Exchange): unknown {
  if (!(error instanceof Refusal) || !UNPROVEN.has(error.code)) return error;
  try {
    rates.take('address', peerOf(req, proxies));
    return error;
  } catch (refusal) {
    return refusal;
  }
}

const UNPROVEN: ReadonlySet<string> = new Set(['token.missing', 'token.invalid']);

function peerOf(req: Request, proxies: number): string {
  return addressOf(req.socket.remoteAddress, req.headers['x-forwarded-for'] as string | undefined, proxies);
}

/** Resolves when a change is recorded, so that nobody hears of it before. */
function recorded(
  { method, recordsItself }: Route,
  { trail }: ServeDeps,
  exchange: Exchange,
  reply: Reply,
): Promise<void> | undefined {
  // Whoever comes back from the identity provider signs in by reading.
  if (method === 'get' && reply.about === undefined) return undefined;
  const pace = recordsItself ? 'soon' : 'now';
  const done = trail.answered(callOf(exchange), exchange.caller, reply, pace);
  return recordsItself ? undefined : done;
}

function callOf({ req, requestId }: Exchange): Call {
  return { method: req.method, path: req.path, requestId, address: req.socket.remoteAddress ?? 'unknown' };
}

function callerOf({ access }: Route, { auth }: HttpDeps, { headers }: Request): Caller | Promise<Caller> {
  return access === 'open' ? NOBODY : auth.authenticate(headers);
}

function prove(route: Route, { publicUrl }: HttpDeps, req: Request, caller: Caller): void {
  if (caller.by === 'session' && route.method !== 'get')
    proveSameOrigin({ header: (name) => req.headers[name] as string | undefined }, publicUrl);
  permitSomewhere(route.access, caller);
}

async function answer(
  route: Route,
  deps: ServeDeps,
  exchange: Exchange,
  caller: Caller,
  raw: Omit<RawInput, 'around'>,
): Promise<Reply> {
  const held = holdLazily(deps, exchange, caller);
  const reply = await route.run({ ...raw, around: aroundOf(exchange, held) }, caller);
  if (!held.ended() || route.method !== 'get') return reply;
  // The caller waited while their rights ended or changed: what they are told must not rest on the old ones.
  const asked = callerOf(route, deps, exchange.req);
  const now = asked instanceof Promise ? await asked : asked;
  prove(route, deps, exchange.req, now);
  return route.run({ ...raw, around: aroundOf(exchange, held) }, now);
}

interface Hold {
  closing(): AbortSignal;
  /** Whether the rights of the caller ended or changed since somebody asked for `closing`. */
  ended(): boolean;
}

/** Watches over the rights of a caller from the moment on that an answer is going to take long. */
function holdLazily({ leash, closing }: ServeDeps, exchange: Exchange, caller: Caller): Hold {
  const { req, res } = exchange;
  let signal: AbortSignal | undefined;
  let rights: AbortSignal | undefined;
  return {
    closing() {
      if (signal) return signal;
      exchange.waits = true;
      if (caller.by === 'nothing') return closing;
      const held = leash.hold(req.headers, caller);
      if (res.destroyed) held.release();
      else res.once('close', held.release);
      rights = held.signal;
      return (signal = AbortSignal.any([closing, held.signal]));
    },
    ended: () => rights?.aborted === true,
  };
}

function aroundOf({ req, res, requestId }: Exchange, held: Hold): Around {
  return {
    requestId,
    get closing() {
      return held.closing();
    },
    header: (name) => req.headers[name] as string | undefined,
    accepts: (types) => req.accepts([...types]) || undefined,
    signal() {
      const gone = new AbortController();
      res.once('close', () => gone.abort());
      return AbortSignal.any([gone.signal, held.closing()]);
    },
    // Whoever stops reading early must still be able to answer.
    upload: () => req.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>,
  };
}

const NO_QUERY: RawQuery = {};

function queryOf(req: Request): RawQuery {
  return req.url.includes('?') ? (req.query as RawQuery) : NO_QUERY;
}

function methodsByPath(table: readonly Route[]): ReadonlyMap<string, string> {
  const byPath = new Map<string, string[]>();
  for (const { path, method } of table) {
    const known = byPath.get(path) ?? [];
    known.push(...(method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
    byPath.set(path, known);
  }
  return new Map([...byPath].map(([path, methods]) => [path, methods.join(', ')]));
}

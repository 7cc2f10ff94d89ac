import express, { type Express, type Request, type Response } from 'express';
import type { Logger } from '../shared/log/logger.js';
import { authorise, type Authentication } from './auth/authenticate.js';
import { parseJson, type ParsedJson } from './json-body.js';
import { Refusal } from './refusal.js';
import { requestIdOf } from './request-id.js';
import type { Around, Caller, RawInput, Route } from './route.js';
import type { RawQuery } from './query.js';
import { send, sendProblem } from './send.js';

const BODY_LIMIT = 256 * 1024;
/** Milliseconds within which a JSON body must have arrived. */
const BODY_WITHIN_MS = 20_000;
/** What serving needs beside the routes. */
export interface HttpDeps {
  readonly auth: Authentication;
  readonly logger: Logger;
  /** Aborts when the process shuts down: whoever waits is answered at once. */
  readonly closing: AbortSignal;
}

const NOBODY: Caller = { id: 'nobody', name: 'nobody', role: 'view' };

/**
 * Puts a table of routes into Express: who calls, may they, is it a request, then the handler, then the answer.
 * An address of the table with another method answers 405. This file and `send.ts` alone know req and res.
 */
export function mountRoutes(app: Express, table: readonly Route[], deps: HttpDeps): void {
  const { logger } = deps;
  for (const route of table) {
    const readBody = route.body && bodyReader(route.body.limit ?? BODY_LIMIT);
    app[route.method](route.path, (req: Request, res: Response) => {
      const requestId = requestIdOf(req.headers['x-request-id'] as string | undefined);
      serve(route, readBody, deps, { req, res, requestId }).catch((error: unknown) =>
        sendProblem(req, res, error, requestId, logger),
      );
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

type BodyReader = (req: Request, res: Response) => Promise<Uint8Array | undefined>;

/** One request on its way to an answer. */
interface Exchange {
  readonly req: Request;
  readonly res: Response;
  readonly requestId: string;
}

async function serve(
  route: Route,
  readBody: BodyReader | undefined,
  { auth, closing }: HttpDeps,
  exchange: Exchange,
): Promise<void> {
  const { req, res, requestId } = exchange;
  let caller = NOBODY;
  if (route.access !== 'open') {
    const found = auth.authenticate(req.headers.authorization);
    caller = found instanceof Promise ? await found : found;
    authorise(caller, route.access);
  }
  if (route.upload) proveType(req, route.upload);
  const body = readBody && (await jsonOf(route, readBody, req, res));
  const raw: RawInput = {
    params: req.params,
    query: queryOf(req),
    body: body?.value,
    ...(body && { forbidden: body.forbidden }),
    around: aroundOf(exchange, closing),
  };
  send(res, await route.run(raw, caller), requestId);
}

const NO_QUERY: RawQuery = {};

function queryOf(req: Request): RawQuery {
  return req.url.includes('?') ? (req.query as RawQuery) : NO_QUERY;
}

async function jsonOf(route: Route, readBody: BodyReader, req: Request, res: Response): Promise<ParsedJson> {
  const { headers } = req;
  const empty = headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0';
  if (empty && route.body?.optional) return { value: {}, forbidden: [] };
  proveType(req, ['application/json']);
  const bytes = await readBody(req, res);
  if (bytes === undefined || bytes.byteLength === 0)
    throw new Refusal('request.malformed', 'The request has no body; send JSON');
  return parseJson(bytes);
}

function proveType(req: Request, types: readonly string[]): void {
  const said = req.headers['content-type'] ?? '';
  const type = said.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (types.includes(type)) return;
  throw new Refusal(
    'request.media-type',
    `The body is ${said === '' ? 'of no type' : said}; send ${types.join(' or ')}`,
  );
}

function bodyReader(limit: number): BodyReader {
  const read = express.raw({ limit, type: () => true, inflate: false });
  return (req, res) =>
    new Promise((resolve, reject) => {
      const late = () =>
        reject(
          new Refusal('request.timeout', `The body did not arrive within ${BODY_WITHIN_MS / 1000} seconds`),
        );
      const timer =
        req.readableLength === Number(req.headers['content-length'])
          ? undefined
          : setTimeout(late, BODY_WITHIN_MS);
      read(req, res, (error?: unknown) => {
        clearTimeout(timer);
        if (error instanceof Error) reject(error);
        else resolve(req.body as Uint8Array | undefined);
      });
    });
}

function aroundOf({ req, res, requestId }: Exchange, closing: AbortSignal): Around {
  return {
    requestId,
    closing,
    header: (name) => req.headers[name] as string | undefined,
    accepts: (types) => req.accepts([...types]) || undefined,
    signal() {
      const gone = new AbortController();
      res.once('close', () => gone.abort());
      return AbortSignal.any([gone.signal, closing]);
    },
    // Whoever stops reading early must still be able to answer.
    upload: () => req.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>,
  };
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

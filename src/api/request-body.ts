import express, { type Request, type Response } from 'express';
import { parseJson, type ParsedJson } from './json-body.js';
import { Refusal } from './refusal.js';
import type { Route } from './route.js';

const BODY_LIMIT = 256 * 1024;
/** Milliseconds within which a JSON body must have arrived. */
const BODY_WITHIN_MS = 20_000;

type Bytes = (req: Request, res: Response) => Promise<Uint8Array | undefined>;

/** Reads the JSON body of one route; throws a Refusal for one that is of another type, too large, too late or no JSON. */
export type BodyReader = (req: Request, res: Response) => Promise<ParsedJson>;

/** The reader for a route that has a JSON body. */
export function bodyReader({ limit = BODY_LIMIT, optional }: NonNullable<Route['body']>): BodyReader {
  const read = bytesReader(limit);
  return async (req, res) => {
    const { headers } = req;
    const empty = headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0';
    if (empty && optional) return { value: {}, forbidden: [] };
    proveType(req, ['application/json']);
    const bytes = await read(req, res);
    if (bytes === undefined || bytes.byteLength === 0)
      throw new Refusal('request.malformed', 'The request has no body; send JSON');
    return parseJson(bytes);
  };
}

/** Throws a Refusal unless the body is of one of these media types. */
export function proveType(req: Request, types: readonly string[]): void {
  const said = req.headers['content-type'] ?? '';
  const type = said.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (types.includes(type)) return;
  throw new Refusal(
    'request.media-type',
    `The body is ${said === '' ? 'of no type' : said}; send ${types.join(' or ')}`,
  );
}

function bytesReader(limit: number): Bytes {
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

import { randomUUID } from 'node:crypto';

import { createCalls } from './calls.js';
import type { RecordedCall } from './calls.js';
import { createCredentials } from './credentials.js';
import { exchange, readWire } from './exchange.js';
import { createFaults } from './faults.js';
import type { Faults } from './faults.js';
import { recogniseS3 } from './handler.js';
import { listen } from './listen.js';
import { createObjectStore } from './objects.js';
import type { ObjectStore } from './objects.js';

/** How to start S3 alone. All of it may be left out. */
export interface S3Options {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  readonly region?: string;
  readonly account?: string;
  /** Buckets that exist from the start. */
  readonly buckets?: readonly string[];
  /** When given, signatures are verified against these keys; otherwise any signed caller may enter. */
  readonly credentials?: Readonly<Record<string, string>>;
}

/** A running S3; path style only. Nothing survives `close`. */
export interface RunningS3 {
  readonly url: string;
  readonly store: ObjectStore;
  readonly faults: Faults;
  calls(): readonly RecordedCall[];
  close(): Promise<void>;
}

/** Starts S3 on a port of its own, in memory. */
export async function startS3(options: S3Options = {}): Promise<RunningS3> {
  const { host = '127.0.0.1', port = 0, region = 'us-east-1', account = '123456789012' } = options;
  const store = createObjectStore(region, account);
  for (const bucket of options.buckets ?? []) store.ensureBucket(bucket);
  const credentials = createCredentials(options.credentials === undefined ? 'lax' : 'strict', region);
  for (const [accessKeyId, secretAccessKey] of Object.entries(options.credentials ?? {})) {
    credentials.add({ accessKeyId, secretAccessKey });
  }
  const deps = {
    credentials,
    faults: createFaults(),
    calls: createCalls(() => Date.now()),
    newRequestId: () => randomUUID(),
  };
  const server = await listen(
    (message, response) => {
      readWire(message)
        .then((request) => exchange(deps, { request, recognised: recogniseS3(store, request), response }))
        .catch(() => response.destroy());
    },
    host,
    port,
  );
  return {
    url: `http://${host}:${server.port}`,
    store,
    faults: deps.faults,
    calls: () => deps.calls.list(),
    close: () => server.close(),
  };
}

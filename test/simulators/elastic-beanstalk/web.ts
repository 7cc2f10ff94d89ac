import type { IncomingMessage, ServerResponse } from 'node:http';

import { listen } from '../s3/listen.js';
import type { Listening } from '../s3/listen.js';
import { answersBadly } from './app-state.js';
import type { Clock } from './clock.js';
import type { Environment, Instance } from './model.js';
import type { Web } from './site.js';

/** Where environments answer HTTP: they listen on `host` and are advertised as `advertise`. */
export interface WebOptions {
  readonly host: string;
  readonly advertise: string;
  /** The first port to use; 0 takes free ones. */
  readonly firstPort: number;
}

/** Creates the HTTP side of environments. */
export function createWeb(clock: Clock, options: WebOptions): Web {
  const open = new Map<string, Listening>();
  let nextPort = options.firstPort;
  return {
    async open(find) {
      const port = nextPort === 0 ? 0 : nextPort++;
      const server = await listen(
        (request, response) => {
          clock.settle();
          answerAsEnvironment(find(), clock.now(), { request, response });
        },
        options.host,
        port,
      );
      const endpoint = `${options.advertise}:${server.port}`;
      open.set(endpoint, server);
      return endpoint;
    },
    shut(endpoint) {
      void open.get(endpoint)?.close();
      open.delete(endpoint);
    },
    async close() {
      await Promise.all([...open.values()].map((server) => server.close()));
      open.clear();
    },
  };
}

const credits = new WeakMap<Instance, number>();

/** Answers one request as the load balancer of an environment would: 503 without instances, 502 from one that is down. */
export function answerAsEnvironment(
  environment: Environment | undefined,
  now: number,
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse },
): void {
  exchange.request.resume();
  const instance = environment === undefined ? undefined : nextInstance(environment);
  if (instance === undefined) {
    write(exchange.response, 503, { error: 'no instance is in service' });
    return;
  }
  if (!instance.running) {
    write(exchange.response, 502, { error: 'the instance does not answer' });
    return;
  }
  const version = instance.app.answersAs === 'previous' ? instance.before.label : instance.label;
  const failing = answersBadly(instance, now);
  const body = { version, instance: instance.id, status: failing ? 'failing' : 'ok' };
  write(exchange.response, failing ? 500 : 200, body, version);
}

// Smooth weighted round robin: with equal weights the instances simply take turns.
function nextInstance(environment: Environment): Instance | undefined {
  const serving = environment.instances.filter((instance) => instance.inService);
  const total = serving.reduce((sum, instance) => sum + instance.weight, 0);
  let best: Instance | undefined;
  for (const instance of serving) {
    credits.set(instance, (credits.get(instance) ?? 0) + instance.weight);
    if (best === undefined || (credits.get(instance) ?? 0) > (credits.get(best) ?? 0)) best = instance;
  }
  if (best !== undefined) credits.set(best, (credits.get(best) ?? 0) - total);
  return best;
}

function write(response: ServerResponse, status: number, body: object, version?: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(version === undefined ? {} : { 'x-version': version }),
  });
  response.end(JSON.stringify(body));
}

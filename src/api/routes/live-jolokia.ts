import { Type } from 'typebox';
import { JolokiaBody } from '../../shared/contract/live-jolokia.js';
import type { PodsView } from '../../shared/contract/live-pods.js';
import { closed, EnvironmentName, ServiceName, Text } from '../../shared/contract/names.js';
import { readJolokia, requestOfPath, type JolokiaReading } from '../../shared/domain/jolokia.js';
import { permitAt } from '../access/permit.js';
import { claimsOf, knownGateway, type GatewayDeps } from '../live/ask-gateway.js';
import { Refusal } from '../refusal.js';
import { json, type Reply } from '../reply.js';
import { defineRoute, type Around, type Route } from '../route.js';
import type { Caller } from '../access/caller.js';
import { invalid } from '../violations.js';
import { refused } from './parameters.js';

const PodPath = Type.Object(
  {
    service: ServiceName,
    environment: EnvironmentName,
    pod: Type.String({
      pattern: '^[a-z0-9][a-z0-9.-]{0,252}$',
      description: 'Pod',
      examples: ['shop-api-7d9f-x1'],
    }),
  },
  { ...closed, description: 'Path' },
);

const Path = Type.Object(
  {
    path: Type.Optional(
      Type.String({
        maxLength: 2_000,
        description: 'Request as a path of the Jolokia protocol; `version` when absent',
        examples: ['read/java.lang:type=Memory/HeapMemoryUsage'],
      }),
    ),
  },
  { ...closed, description: 'What to ask' },
);

const Why = Type.Object(
  {
    reason: Type.Optional(Text('Why, for the audit log', 'Orders hang, looking at the queue', 300)),
  },
  { ...closed, description: 'About the request' },
);

const Answers = Type.Unsafe<unknown>({
  description: 'What the agent answered, one answer for each request of a list',
  examples: [{ status: 200, value: 104_857_600 }],
});

const about = {
  tag: 'Live',
  params: PodPath,
  answers: {
    200: { description: 'What the agent answered, in its own words', schema: Answers },
    404: refused('Unknown target or pod'),
    422: refused('The pod has no agent, or it refused'),
    501: refused('This installation has no gateway'),
    503: refused('Not now'),
  },
} as const;

const description =
  '`read`, `list`, `search` and `version` need the right jmx-read; as soon as one request is an `exec` or `write`, jmx-write is needed too. A request with `target` is refused. Point hawtio here.';

interface Wish {
  readonly params: { readonly service: string; readonly environment: string; readonly pod: string };
  readonly around: Around;
  readonly reason?: string | undefined;
}

/** The Jolokia agent of a pod, through the gateway. Requests are read and made anew, so that none leads out of `/jolokia`. */
export function liveJolokiaRoutes(deps: GatewayDeps): readonly Route[] {
  const path = '/v1/targets/:service/:environment/live/pods/:pod/jolokia';
  return [
    defineRoute({
      ...about,
      method: 'get',
      path,
      summary: 'Ask the Jolokia agent of a pod, by a path',
      description,
      access: { verb: 'jmx-read', on: ({ params }) => params },
      query: Path,
      handler: async ({ params, query, around }, caller) => {
        const asked = requestOfPath(query.path ?? '');
        const { need } = proven(asked, '/query/path');
        // A foreign page can make a browser send a GET, with the cookie of a session.
        if (need === 'write')
          throw invalid([{ pointer: '/query/path', detail: 'only reads; POST what writes' }]);
        return answer(deps, { params, around }, asked, caller);
      },
    }),
    defineRoute({
      ...about,
      method: 'post',
      path,
      summary: 'Ask the Jolokia agent of a pod',
      description,
      access: { verb: 'jmx-read', on: ({ params }) => params },
      query: Why,
      body: { schema: JolokiaBody },
      handler: ({ params, query: { reason }, body, around }, caller) =>
        answer(deps, { params, around, reason }, body, caller),
    }),
  ];
}

async function answer(
  deps: GatewayDeps,
  { params, around, reason }: Wish,
  asked: unknown,
  caller: Caller,
): Promise<Reply> {
  const reading = proven(asked, '');
  const { service, environment } = params;
  const place = { service, environment };
  const purpose = reading.need === 'write' ? 'jmx-write' : 'jmx-read';
  permitAt(caller, purpose, place);
  const gateway = knownGateway(deps);
  const looking = await claimsOf(deps, place, caller, { purpose: 'pods' });
  const signal = around.signal();
  const { pods } = await gateway.ask<PodsView>(looking, { follow: false }, signal);
  const found = pods.find(({ name }) => name === params.pod);
  if (!found) throw new Refusal('live.pod-unknown', `${service} in ${environment} has no pod ${params.pod}`);
  const pod = { name: found.name, uid: found.uid, container: '' };
  const answers = await gateway.ask<unknown>({ ...looking, purpose, pod }, reading.requests, signal);
  const isBulk = Array.isArray(asked);
  const reply = json(200, isBulk || !Array.isArray(answers) ? answers : answers[0]);
  if (purpose === 'jmx-read') return reply;
  return { ...reply, about: `${writesOf(reading.requests)}${reason === undefined ? '' : ` (${reason})`}` };
}

/** Requests that may be sent on. Throws a Refusal for others. */
function proven(asked: unknown, pointer: string): Extract<JolokiaReading, { said: 'good' }> {
  const reading = readJolokia(asked);
  if (reading.said === 'good') return reading;
  throw invalid([{ pointer, detail: reading.detail }]);
}

/** What was written, for the audit log, without its values. */
function writesOf(requests: readonly Readonly<Record<string, unknown>>[]): string {
  return requests
    .filter(({ type }) => type === 'exec' || type === 'write')
    .map(({ type, mbean, operation, attribute }) => [type, mbean, operation ?? attribute].join(' '))
    .join(', ')
    .slice(0, 400);
}

import { Type } from 'typebox';
import { canonicalJson } from '../../shared/canonical-json.js';
import { DeliveryView, Hook, HookName, HookView } from '../../shared/contract/hook.js';
import { closed } from '../../shared/contract/names.js';
import { Cursor, Limit, pageOf } from '../../shared/contract/page.js';
import type { Configuration } from '../../shared/store/configuration.js';
import type { StoredDelivery } from '../../shared/store/deliveries.js';
import { everywhere } from '../access/permit.js';
import { CONDITIONS, etagHeader, expectedBy, MOVED, proveUnmoved } from '../conditions.js';
import { sealedHook, shownHook } from '../hooks/hook-secrets.js';
import { judgeHook } from '../hooks/judge-hook.js';
import { pageByName, pageReply, readCursor, STREAM_KEY } from '../page.js';
import { timestamp } from '../present.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { receiveDelivery, replayDelivery, type ReceiveDeps } from '../use-cases/receive-delivery.js';
import { refused } from './parameters.js';

const tag = 'Hooks';
/** GitHub sends up to 25 MB; what tells of a push is far smaller. */
const MOST_BYTES = 1_000_000;

const HookPath = Type.Object({ hook: HookName }, { ...closed, description: 'Path' });
const admin = { verb: 'admin', on: everywhere } as const;

/** Hooks for source and CI systems, and what was delivered to them. */
export function hookRoutes(deps: ReceiveDeps): readonly Route[] {
  return [
    receiveRoute(deps),
    putRoute(deps),
    readRoute(deps),
    removeRoute(deps),
    listRoute(deps),
    deliveriesRoute(deps),
    replayRoute(deps),
  ];
}

function receiveRoute(deps: ReceiveDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/hooks/:hook',
    tag,
    summary: 'Deliver to a hook',
    description:
      'For GitHub, GitLab, Bitbucket, Gitea, Gogs, and whoever signs by Standard Webhooks. Proven by its signature, not by a token.',
    access: 'open',
    rate: 'hook',
    params: HookPath,
    upload: ['application/json', 'application/cloudevents+json'],
    answers: {
      202: { description: 'Carried out', schema: DeliveryView },
      200: { description: 'Nothing to do, or delivered before', schema: DeliveryView },
      401: refused('Unknown hook, or not signed by its secret'),
      413: refused('Too large'),
      422: refused('It cannot be carried out as it is'),
    },
    async handler({ params: { hook }, around }) {
      const body = await collect(around.upload(), Number(around.header('content-length') ?? 0));
      const delivery = await receiveDelivery(deps, { hook, header: around.header, body, now: Date.now() });
      if (delivery.outcome === 'refused') throw new Refusal('delivery.refused', delivery.reason);
      const reply = json(delivery.outcome === 'done' ? 202 : 200, present(hook, delivery));
      return { ...reply, about: delivery.reason.slice(0, 500) };
    },
  });
}

function putRoute({ configuration, seal }: ReceiveDeps): Route {
  return defineRoute({
    method: 'put',
    path: '/v1/hooks/:hook',
    tag,
    summary: 'Register or change a hook',
    description: 'It deploys where its decision table says, whoever pushes; so this needs the right admin.',
    access: admin,
    params: HookPath,
    body: { schema: Hook },
    headers: CONDITIONS,
    answers: {
      412: MOVED,
      201: { description: 'Registered', schema: HookView },
      200: { description: 'Changed, or already so', schema: HookView },
    },
    async handler({ params: { hook: name }, body, around }) {
      const stored = (await configuration.refresh()).hooks.get(name);
      const { hook, violations } = sealedHook(name, body, stored, seal);
      const errors = [...violations, ...judgeHook(body)];
      if (errors.length > 0)
        throw new Refusal('request.invalid', 'The hook cannot work like this', { errors });
      const put = await configuration.putHook(name, hook, expectedBy(around));
      proveUnmoved(put);
      return json(put.said === 'created' ? 201 : 200, shownHook(name, hook), etagHeader(canonicalJson(hook)));
    },
  });
}

function readRoute({ configuration }: ReceiveDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/hooks/:hook',
    tag,
    summary: 'Read a hook',
    access: admin,
    params: HookPath,
    answers: { 200: { description: 'The hook', schema: HookView }, 404: refused('Unknown hook') },
    async handler({ params: { hook } }) {
      const found = await lookFor(configuration, hook);
      return json(200, shownHook(hook, found), etagHeader(canonicalJson(found)));
    },
  });
}

function removeRoute({ configuration }: ReceiveDeps): Route {
  return defineRoute({
    method: 'delete',
    path: '/v1/hooks/:hook',
    tag,
    summary: 'Remove a hook',
    access: admin,
    params: HookPath,
    headers: CONDITIONS,
    answers: { 204: { description: 'Removed' }, 404: refused('Unknown hook'), 412: MOVED },
    async handler({ params: { hook }, around }) {
      const removed = await configuration.removeHook(hook, expectedBy(around));
      proveUnmoved(removed);
      if (removed.said === 'gone') throw unknownHook(hook);
      return json(204);
    },
  });
}

function listRoute({ configuration }: ReceiveDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/hooks',
    tag,
    summary: 'List hooks by name',
    access: admin,
    query: Type.Object(
      { cursor: Type.Optional(Cursor), limit: Type.Optional(Limit(100, 1000)) },
      { ...closed, description: 'Page' },
    ),
    answers: { 200: { description: 'A page', schema: pageOf(HookView, 'Hooks by name') } },
    async handler({ query }) {
      const { hooks } = await configuration.refresh();
      return pageByName('/v1/hooks', query, hooks, shownHook);
    },
  });
}

function deliveriesRoute({ configuration, deliveries }: ReceiveDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/hooks/:hook/deliveries',
    tag,
    summary: 'List what was delivered to a hook, newest first',
    description: 'Also what led to nothing or was refused, with the reason. A hook keeps its last 500.',
    access: admin,
    params: HookPath,
    query: Type.Object(
      { cursor: Type.Optional(Cursor), limit: Type.Optional(Limit(50, 200)) },
      { ...closed, description: 'Page' },
    ),
    answers: {
      200: { description: 'A page', schema: pageOf(DeliveryView, 'Deliveries, newest first') },
      404: refused('Unknown hook'),
    },
    async handler({ params: { hook }, query }) {
      await lookFor(configuration, hook);
      const limit = query.limit ?? 50;
      const found = await deliveries.list(hook, limit + 1, readCursor(query.cursor, STREAM_KEY));
      const path = `/v1/hooks/${hook}/deliveries`;
      return pageReply({ path, query, limit, found, keyOf: ({ id }) => id }, (each) => present(hook, each));
    },
  });
}

function replayRoute(deps: ReceiveDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/hooks/:hook/deliveries/:delivery/replay',
    tag,
    summary: 'Carry a delivery out once more',
    description: 'By the hook as it is configured now, as if it had just come.',
    access: admin,
    params: Type.Object(
      {
        hook: HookName,
        delivery: Type.String({
          maxLength: 40,
          description: 'Id of the delivery',
          examples: ['1795667457404-0'],
        }),
      },
      { ...closed, description: 'Path' },
    ),
    answers: {
      202: { description: 'What came of it', schema: DeliveryView },
      404: refused('Unknown hook or delivery'),
      409: refused('Its body is not kept'),
    },
    async handler({ params: { hook, delivery } }) {
      const configured = await lookFor(deps.configuration, hook);
      const found = await deps.deliveries.find(hook, delivery);
      if (!found) throw new Refusal('delivery.unknown', `Hook ${hook} has no delivery ${delivery}`);
      return json(202, present(hook, await replayDelivery(deps, hook, configured, found)));
    },
  });
}

async function collect(stream: AsyncIterable<Uint8Array>, announced: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = announced > MOST_BYTES ? announced : 0;
  if (size === 0) {
    for await (const chunk of stream) {
      size += chunk.byteLength;
      if (size > MOST_BYTES) break;
      chunks.push(chunk);
    }
  }
  if (size > MOST_BYTES) throw new Refusal('request.too-large', `A delivery has at most ${MOST_BYTES} bytes`);
  return Buffer.concat(chunks);
}

function present(hook: string, { id, at, body, ...about }: StoredDelivery): DeliveryView {
  return {
    id,
    hook,
    at: timestamp(at),
    ...about,
    deployments: [...about.deployments],
    replayable: body !== undefined,
  };
}

async function lookFor(configuration: Configuration, name: string): Promise<Hook> {
  const found = (await configuration.refresh()).hooks.get(name);
  if (!found) throw unknownHook(name);
  return found;
}

function unknownHook(hook: string): Refusal {
  return new Refusal('hook.unknown', `There is no hook ${hook}: register it with PUT /v1/hooks/${hook}`);
}

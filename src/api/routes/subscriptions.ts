import { Type } from 'typebox';
import { canonicalJson } from '../../shared/canonical-json.js';
import { closed } from '../../shared/contract/names.js';
import { Cursor, Limit, pageOf } from '../../shared/contract/page.js';
import {
  NoticeView,
  Subscription,
  SubscriptionName,
  SubscriptionView,
} from '../../shared/contract/subscription.js';
import type { Seal } from '../../shared/secrets/seal.js';
import type { Configuration } from '../../shared/store/configuration.js';
import type { Notice, Notices } from '../../shared/store/notices.js';
import { everywhere } from '../access/permit.js';
import { CONDITIONS, etagHeader, expectedBy, MOVED, proveUnmoved } from '../conditions.js';
import { pageByName } from '../page.js';
import { timestamp } from '../present.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { sealedCredentials, shownCredentials } from '../use-cases/sealed-credentials.js';
import { exactChannel } from '../variants.js';
import { refused } from './parameters.js';

const tag = 'Subscriptions';
const Path = Type.Object({ subscription: SubscriptionName }, { ...closed, description: 'Path' });
const admin = { verb: 'admin', on: everywhere } as const;

/** What these routes need of the world around them. */
export interface SubscriptionRouteDeps {
  readonly configuration: Configuration;
  readonly notices: Pick<Notices, 'list' | 'find' | 'note'>;
  readonly seal?: Seal | undefined;
}

/** Who is told how deployments go, and how that went. */
export function subscriptionRoutes(deps: SubscriptionRouteDeps): readonly Route[] {
  return [
    putRoute(deps),
    readRoute(deps),
    removeRoute(deps),
    listRoute(deps),
    noticesRoute(deps),
    resendRoute(deps),
  ];
}

function putRoute({ configuration, seal }: SubscriptionRouteDeps): Route {
  return defineRoute({
    method: 'put',
    path: '/v1/subscriptions/:subscription',
    tag,
    summary: 'Register or change a subscription',
    access: admin,
    params: Path,
    body: { schema: Subscription, judge: exactChannel },
    headers: CONDITIONS,
    answers: {
      412: MOVED,
      201: { description: 'Registered', schema: SubscriptionView },
      200: { description: 'Changed, or already so', schema: SubscriptionView },
    },
    async handler({ params: { subscription }, body, around }) {
      const stored = (await configuration.refresh()).subscriptions.get(subscription);
      const { value, violations } = sealedCredentials(Subscription, body, stored, seal);
      if (violations.length > 0)
        throw new Refusal('request.invalid', 'Credentials of the subscription cannot be kept', {
          errors: violations,
        });
      const put = await configuration.putSubscription(
        subscription,
        value as Subscription,
        expectedBy(around),
      );
      proveUnmoved(put);
      return json(
        put.said === 'created' ? 201 : 200,
        shown(subscription, value as Subscription),
        etagHeader(canonicalJson(value)),
      );
    },
  });
}

function readRoute({ configuration }: SubscriptionRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/subscriptions/:subscription',
    tag,
    summary: 'Read a subscription',
    access: admin,
    params: Path,
    answers: {
      200: { description: 'The subscription', schema: SubscriptionView },
      404: refused('Unknown subscription'),
    },
    async handler({ params: { subscription } }) {
      const found = await lookFor(configuration, subscription);
      return json(200, shown(subscription, found), etagHeader(canonicalJson(found)));
    },
  });
}

function removeRoute({ configuration }: SubscriptionRouteDeps): Route {
  return defineRoute({
    method: 'delete',
    path: '/v1/subscriptions/:subscription',
    tag,
    summary: 'Remove a subscription',
    access: admin,
    params: Path,
    headers: CONDITIONS,
    answers: { 204: { description: 'Removed' }, 404: refused('Unknown subscription'), 412: MOVED },
    async handler({ params: { subscription }, around }) {
      const removed = await configuration.removeSubscription(subscription, expectedBy(around));
      proveUnmoved(removed);
      if (removed.said === 'gone') throw unknown(subscription);
      return json(204);
    },
  });
}

function listRoute({ configuration }: SubscriptionRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/subscriptions',
    tag,
    summary: 'List subscriptions by name',
    access: admin,
    query: Type.Object(
      { cursor: Type.Optional(Cursor), limit: Type.Optional(Limit(100, 1000)) },
      { ...closed, description: 'Page' },
    ),
    answers: { 200: { description: 'A page', schema: pageOf(SubscriptionView, 'Subscriptions by name') } },
    async handler({ query }) {
      const { subscriptions } = await configuration.refresh();
      return pageByName('/v1/subscriptions', query, subscriptions, shown);
    },
  });
}

function noticesRoute({ configuration, notices }: SubscriptionRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/subscriptions/:subscription/notices',
    tag,
    summary: 'List the last notices to a subscription, newest first',
    access: admin,
    params: Path,
    query: Type.Object(
      { limit: Type.Optional(Limit(50, 500)) },
      { ...closed, description: 'How many; a subscription keeps its last 500' },
    ),
    answers: {
      200: { description: 'The notices', schema: pageOf(NoticeView, 'Notices, newest first') },
      404: refused('Unknown subscription'),
    },
    async handler({ params: { subscription }, query: { limit = 50 } }) {
      await lookFor(configuration, subscription);
      return json(200, { items: (await notices.list(subscription, limit)).map(present) });
    },
  });
}

function resendRoute({ configuration, notices }: SubscriptionRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/subscriptions/:subscription/notices/:notice/resend',
    tag,
    summary: 'Send a notice once more',
    access: admin,
    params: Type.Object(
      {
        subscription: SubscriptionName,
        notice: Type.String({
          maxLength: 150,
          description: 'Id of the notice',
          examples: ['1795667457404-0:team-chat'],
        }),
      },
      { ...closed, description: 'Path' },
    ),
    answers: {
      202: { description: 'It is sent within seconds', schema: NoticeView },
      404: refused('Unknown subscription or notice'),
    },
    async handler({ params: { subscription, notice } }) {
      await lookFor(configuration, subscription);
      const found = await notices.find(notice);
      if (found?.subscription !== subscription)
        throw new Refusal('notice.unknown', `Subscription ${subscription} has no notice ${notice}`);
      const { nextAt: _, ...rest } = found;
      const again = { ...rest, outcome: 'waiting', attempts: 0 } as const;
      await notices.note(again, 0);
      return json(202, present(again));
    },
  });
}

function shown(subscription: string, about: Subscription) {
  return { subscription, ...(shownCredentials(Subscription, about) as Subscription) };
}

function present({ createdAt, nextAt, ...about }: Notice): NoticeView {
  return {
    ...about,
    createdAt: timestamp(createdAt),
    ...(nextAt !== undefined && { nextAt: timestamp(nextAt) }),
  };
}

async function lookFor(configuration: Configuration, name: string): Promise<Subscription> {
  const found = (await configuration.refresh()).subscriptions.get(name);
  if (!found) throw unknown(name);
  return found;
}

function unknown(name: string): Refusal {
  return new Refusal(
    'subscription.unknown',
    `There is no subscription ${name}: register it with PUT /v1/subscriptions/${name}`,
  );
}

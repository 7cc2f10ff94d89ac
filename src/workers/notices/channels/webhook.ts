import { createHmac } from 'node:crypto';
import type { ChannelOf } from '../../../shared/contract/subscription.js';
import { isAboutTarget } from '../../../shared/domain/notices.js';
import type { Deployment } from '../../../shared/domain/deployment.js';
import { isEnded } from '../../../shared/domain/state.js';
import { headlineOf, progressOf, type Occasion } from '../occasion.js';
import { judgeAnswer, type Tell } from './channel.js';

/** Signed requests by https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export function tellByWebhook({ url, secret, format = 'beanpod' }: ChannelOf<'webhook'>): Tell {
  return async (occasion, { send, secret: read, signal }) => {
    const key = await read(secret);
    const { headers, body } = format === 'cdevents' ? cdevent(occasion) : event(occasion);
    const at = String(Math.floor(Date.now() / 1_000));
    return judgeAnswer(
      await send(
        {
          method: 'POST',
          url,
          headers: {
            'content-type': 'application/json',
            ...headers,
            'webhook-id': occasion.id,
            'webhook-timestamp': at,
            'webhook-signature': `v1,${sign(key, `${occasion.id}.${at}.${body}`)}`,
          },
          body,
        },
        signal,
      ),
    );
  };
}

function sign(secret: string, text: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret;
  return createHmac('sha256', key).update(text).digest('base64');
}

interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function event({ deployment, news, at, reason, link }: Occasion): Message {
  const body = {
    type: isAboutTarget(news) ? news : `deployment.${news}`,
    timestamp: new Date(at).toISOString(),
    data: {
      ...summaryOf(deployment),
      headline: headlineOf(deployment.request, news),
      ...(reason !== undefined && { reason }),
      ...(link !== undefined && { link: link.url }),
    },
  };
  return { headers: {}, body: JSON.stringify(body) };
}

/** https://cdevents.dev/docs/cdevents-binding-cloudevents : binary mode, the whole CDEvent as body. */
function cdevent(occasion: Occasion): Message {
  const { id, deployment, at } = occasion;
  const type = `dev.cdevents.${cdeventTypeOf(occasion)}.0.3.0`;
  const source = '/beanpod';
  const subject = subjectOf(occasion, type);
  const timestamp = new Date(at).toISOString();
  return {
    headers: {
      'ce-specversion': '1.0',
      'ce-id': id,
      'ce-source': source,
      'ce-type': type,
      'ce-subject': subject.id,
      'ce-time': timestamp,
    },
    body: JSON.stringify({
      context: { version: '0.4.1', id, source, type, timestamp },
      subject: { ...subject, source },
      customData: summaryOf(deployment),
      customDataContentType: 'application/json',
    }),
  };
}

const OUTCOMES = { good: 'success', bad: 'failure', broken: 'error', gone: 'cancel' } as const;

function subjectOf(occasion: Occasion, type: string): { readonly id: string; readonly content: object } {
  const { deployment, subject, reason, link } = occasion;
  const { service, environment, version } = deployment.request;
  const place = { environment: { id: environment }, artifactId: `pkg:generic/${service}@${version}` };
  if (type.includes('.service.')) return { id: service, content: place };
  if (type.includes('.incident.'))
    return {
      id: subject,
      content: { ...place, service: { id: service }, ...(reason !== undefined && { description: reason }) },
    };
  const progress = progressOf(occasion);
  return {
    id: deployment.id,
    content: {
      pipelineName: `deploy ${service} to ${environment}`,
      ...(link !== undefined && { url: link.url }),
      ...(progress in OUTCOMES && { outcome: OUTCOMES[progress as keyof typeof OUTCOMES] }),
    },
  };
}

function cdeventTypeOf({ deployment: { request }, news }: Occasion): string {
  switch (news) {
    case 'target.drifted':
      return 'incident.detected';
    case 'target.restored':
      return 'incident.resolved';
    case 'queued':
    case 'held':
      return 'pipelinerun.queued';
    case 'preparing':
    case 'deploying':
    case 'verifying':
    case 'rolling_back':
      return 'pipelinerun.started';
    case 'succeeded':
      return request.kind === 'rollback' ? 'service.rolledback' : 'service.upgraded';
    case 'rolled_back':
      return 'service.rolledback';
    case 'rollback_failed':
    case 'failed':
    case 'cancelled':
    case 'superseded':
    case 'expired':
      return 'pipelinerun.finished';
  }
}

function summaryOf({ id, number, request, state }: Deployment) {
  const { service, environment, version, kind, actor, commit } = request;
  return {
    id,
    number,
    service,
    environment,
    version,
    kind,
    actor: actor.name,
    state: state.name,
    terminal: isEnded(state),
    ...(commit !== undefined && { commit }),
  };
}

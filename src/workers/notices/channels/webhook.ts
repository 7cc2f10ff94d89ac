import { createHmac } from 'node:crypto';
import type { ChannelOf } from '../../../shared/contract/subscription.js';
import type { Deployment } from '../../../shared/domain/deployment.js';
import { isEnded } from '../../../shared/domain/state.js';
import { headlineOf, progressOf, reasonOf, type Occasion } from '../occasion.js';
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

function event(occasion: Occasion): Message {
  const { deployment, state, at, link } = occasion;
  const reason = reasonOf(deployment.state);
  const body = {
    type: `deployment.${state}`,
    timestamp: new Date(at).toISOString(),
    data: {
      ...summaryOf(deployment),
      headline: headlineOf(deployment.request, state),
      ...(reason !== undefined && { reason }),
      ...(link !== undefined && { link }),
    },
  };
  return { headers: {}, body: JSON.stringify(body) };
}

/** https://cdevents.dev/docs/cdevents-binding-cloudevents : binary mode, the whole CDEvent as body. */
function cdevent({ id, deployment, state, at, link }: Occasion): Message {
  const { service, environment } = deployment.request;
  const type = `dev.cdevents.${cdeventTypeOf(deployment, state)}.0.3.0`;
  const source = '/beanpod';
  const outcome = { good: 'success', bad: 'failure', broken: 'error', gone: 'cancel' } as const;
  const progress = progressOf(deployment.state);
  const subject = type.includes('.service.')
    ? {
        id: service,
        content: {
          environment: { id: environment },
          artifactId: `pkg:generic/${service}@${deployment.request.version}`,
        },
      }
    : {
        id: deployment.id,
        content: {
          pipelineName: `deploy ${service} to ${environment}`,
          ...(link !== undefined && { url: link }),
          ...(progress in outcome && { outcome: outcome[progress as keyof typeof outcome] }),
        },
      };
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

function cdeventTypeOf({ request }: Deployment, state: Occasion['state']): string {
  switch (state) {
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

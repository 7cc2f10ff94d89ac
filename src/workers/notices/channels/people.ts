import type { ChannelOf } from '../../../shared/contract/subscription.js';
import { isAboutTarget } from '../../../shared/domain/notices.js';
import { headlineOf, progressOf, type Occasion } from '../occasion.js';
import { judgeAnswer, type Tell } from './channel.js';

const COLOURS = {
  waiting: 'default',
  running: 'accent',
  good: 'good',
  bad: 'attention',
  broken: 'attention',
  gone: 'default',
} as const;

/** https://learn.microsoft.com/power-automate/teams/send-a-message-in-teams : a workflow that takes an Adaptive Card. */
export function tellByTeams({ flow }: ChannelOf<'teams'>): Tell {
  return async (occasion, { send, secret, signal }) => {
    const body = JSON.stringify(card(occasion));
    return judgeAnswer(
      await send(
        { method: 'POST', url: await secret(flow), headers: { 'content-type': 'application/json' }, body },
        signal,
      ),
    );
  };
}

/** One mail for each occasion; mails about one deployment, or about the drift of one target, belong to one conversation. */
export function tellByEmail({ to }: ChannelOf<'email'>): Tell {
  return async ({ deployment: { request }, news, subject, reason, link }, { mail }) => {
    const headline = headlineOf(request, news);
    const lines = [
      `${headline}.`,
      ...(reason === undefined ? [] : [reason]),
      ...(isAboutTarget(news) ? [] : [`Asked for by ${request.actor.name}.`]),
      ...(link === undefined ? [] : [link.url]),
    ];
    await mail(to, headline, lines.join('\n\n'), subject.replace(/[:/]/g, '.'));
    return { said: 'sent', seen: `mailed to ${to.length}` };
  };
}

function card(occasion: Occasion) {
  const { deployment, news, reason, link } = occasion;
  const text = (value: string, more: object = {}) => ({
    type: 'TextBlock',
    text: value,
    wrap: true,
    ...more,
  });
  const content = {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.4',
    body: [
      text(headlineOf(deployment.request, news), {
        weight: 'bolder',
        color: COLOURS[progressOf(occasion)],
      }),
      ...(reason === undefined ? [] : [text(reason)]),
    ],
    ...(link !== undefined && {
      actions: [{ type: 'Action.OpenUrl', title: link.title, url: link.url }],
    }),
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
  };
}

import type { ChannelOf } from '../../../shared/contract/subscription.js';
import { headlineOf, progressOf, reasonOf, type Occasion } from '../occasion.js';
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

/** One mail for each occasion; mails about one deployment belong to one conversation. */
export function tellByEmail({ to }: ChannelOf<'email'>): Tell {
  return async (occasion, { mail }) => {
    const { deployment, state, link } = occasion;
    const reason = reasonOf(deployment.state);
    const lines = [
      `${headlineOf(deployment.request, state)}.`,
      ...(reason === undefined ? [] : [reason]),
      `Asked for by ${deployment.request.actor.name}.`,
      ...(link === undefined ? [] : [link]),
    ];
    await mail(to, headlineOf(deployment.request, state), lines.join('\n\n'), deployment.id);
    return { said: 'sent', seen: `mailed to ${to.length}` };
  };
}

function card({ deployment, state, link }: Occasion) {
  const reason = reasonOf(deployment.state);
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
      text(headlineOf(deployment.request, state), {
        weight: 'bolder',
        color: COLOURS[progressOf(deployment.state)],
      }),
      ...(reason === undefined ? [] : [text(reason)]),
    ],
    ...(link !== undefined && {
      actions: [{ type: 'Action.OpenUrl', title: `Deployment ${deployment.number}`, url: link }],
    }),
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
  };
}

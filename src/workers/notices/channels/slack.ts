import type { ChannelOf } from '../../../shared/contract/subscription.js';
import { isAboutTarget } from '../../../shared/domain/notices.js';
import { headlineOf, progressOf, type Occasion } from '../occasion.js';
import type { Tell, Told } from './channel.js';

const MARKS = { waiting: '⏳', running: '🚀', good: '✅', bad: '❌', broken: '🚨', gone: '⚪' } as const;

/** Errors of Slack that go away by themselves. https://api.slack.com/methods/chat.postMessage#errors */
const PASSING = /^(ratelimited|rate_limited|internal_error|fatal_error|service_unavailable|request_timeout)$/;

interface Message {
  readonly channel: string;
  readonly ts: string;
  /** What it shows, and for a target which notice told so. */
  readonly shows: string;
}

/**
 * One message for each deployment, posted once and changed with it. Drift of a target has a message of its own from its
 * beginning to its end.
 */
export function tellBySlack({ channel, token, api = 'https://slack.com/api' }: ChannelOf<'slack'>): Tell {
  return async (occasion, { send, secret, thread, keepThread, signal }) => {
    const kept = thread === undefined ? undefined : (JSON.parse(thread) as Message);
    const now = isAboutTarget(occasion.news) ? `${occasion.news} ${occasion.id}` : occasion.shows;
    if (kept?.shows === now) return { said: 'sent', seen: 'the message shows this already' };
    const shown = occasion.news === 'target.drifted' ? undefined : kept;
    const text = textOf(occasion);
    const { status, body } = await send(
      {
        method: 'POST',
        url: `${api}/${shown ? 'chat.update' : 'chat.postMessage'}`,
        headers: {
          authorization: `Bearer ${await secret(token)}`,
          'content-type': 'application/json; charset=utf-8',
        },
        body: JSON.stringify({ channel: shown?.channel ?? channel, text, ...(shown && { ts: shown.ts }) }),
      },
      signal,
    );
    const answer = status === 200 ? readAnswer(body) : undefined;
    if (!answer) return { said: 'again', seen: `answered ${status}` };
    if (!answer.ok) return failed(answer.error);
    const message: Message = { channel: answer.channel, ts: answer.ts, shows: now };
    await keepThread(JSON.stringify(message));
    return { said: 'sent', seen: shown ? 'the message was changed' : 'a message was posted' };
  };
}

function textOf(occasion: Occasion): string {
  const { deployment, news, shows, reason, link } = occasion;
  const { actor } = deployment.request;
  const by = isAboutTarget(news) ? '' : ` (${escaped(actor.name)})`;
  return [
    `${MARKS[progressOf(occasion)]} *${escaped(headlineOf(deployment.request, shows))}*${by}`,
    ...(reason === undefined ? [] : [escaped(reason)]),
    ...(link === undefined ? [] : [`<${link.url}|${link.title}>`]),
  ].join('\n');
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').slice(0, 2_000);
}

type Answer = { ok: true; channel: string; ts: string } | { ok: false; error: string };

function readAnswer(body: string): Answer | undefined {
  try {
    const { ok, channel, ts, error } = JSON.parse(body) as Record<string, unknown>;
    if (ok === true && typeof channel === 'string' && typeof ts === 'string') return { ok, channel, ts };
    return { ok: false, error: typeof error === 'string' ? error : 'unknown' };
  } catch {
    return undefined;
  }
}

function failed(error: string): Told {
  return { said: PASSING.test(error) ? 'again' : 'never', seen: `Slack says ${error.slice(0, 200)}` };
}

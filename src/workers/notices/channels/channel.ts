import type { Answered } from '../../guarded-request.js';
import type { SendRequest } from '../send-request.js';
import type { Occasion } from '../occasion.js';

/** What a channel may use. */
export interface ChannelTools {
  readonly send: SendRequest;
  /** The value of a credential of the subscription. */
  secret(text: string): Promise<string>;
  /** What this channel kept of the deployment, and keeping something new. */
  readonly thread: string | undefined;
  keepThread(text: string): Promise<void>;
  mail(to: readonly string[], subject: string, text: string, id: string): Promise<void>;
  readonly signal: AbortSignal;
}

/** `sent`: it is told, or needs no telling. `again`: try later. `never`: trying again cannot help. */
export interface Told {
  readonly said: 'sent' | 'again' | 'never';
  /** What was seen, for people; holds no secret. */
  readonly seen: string;
}

/** Tells one occasion by one channel. What it throws counts as `again`. */
export type Tell = (occasion: Occasion, tools: ChannelTools) => Promise<Told>;

/** What an answer by HTTP says: 2xx is good; a request that the other side calls wrong will be wrong again. */
export function judgeAnswer({ status, body }: Answered): Told {
  const seen = `answered ${status}${status >= 300 ? `: ${body.slice(0, 300)}` : ''}`;
  if (status >= 200 && status < 300) return { said: 'sent', seen };
  const hopeless = status >= 300 && status < 500 && ![401, 403, 404, 408, 409, 425, 429].includes(status);
  return { said: hopeless ? 'never' : 'again', seen };
}

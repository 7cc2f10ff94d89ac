import { isIPv6 } from 'node:net';
import type { RateCounters } from '../shared/store/rates.js';
import { Refusal } from './refusal.js';

const WINDOW_MS = 60_000;
/** How often a process tells the others what it has counted, and hears of theirs. */
const SHARE_EVERY_MS = 1_000;
/** Most that one process counts apart in a window; whoever comes later shares one counter. */
const MOST_COUNTED = 50_000;

/**
 * Who is counted: `caller` by their token or session, `address` for whoever did not prove who they are, `hook` for
 * deliveries of one address to hooks.
 */
export type RateRule = 'caller' | 'address' | 'hook';

/** Most requests of each in a minute, in all processes together; 0 for no limit. */
export type RateQuotas = Readonly<Record<RateRule, number>>;

/** Counts requests, and refuses those beyond the limit. */
export interface RateLimit {
  /** Counts one. Answers the headers that tell the caller about it; throws the 429 Refusal when there were too many. */
  take(rule: RateRule, who: string): Readonly<Record<string, string>>;
  close(): void;
}

interface Counter {
  /** In all processes when they were last asked, with what this one had told them. */
  shared: number;
  /** Counted here and not told yet. */
  own: number;
}

/**
 * Limits by fixed windows of a minute. Each process counts at once in its memory and shares its counts once a second,
 * so no request waits for it and the limit of all processes together is kept to within a second. While Redis is away
 * each process keeps the limit by itself.
 */
export function createRateLimit(
  counters: RateCounters,
  quotas: RateQuotas,
  onError: (error: unknown) => void,
): RateLimit {
  let window = 0;
  let counted = new Map<string, Counter>();

  function counterOf(key: string): Counter {
    const at = Math.floor(Date.now() / WINDOW_MS);
    if (at !== window) [window, counted] = [at, new Map<string, Counter>()];
    const known = counted.get(key);
    if (known) return known;
    const fresh = { shared: 0, own: 0 };
    counted.set(key, fresh);
    return fresh;
  }

  async function share(): Promise<void> {
    const [during, counts] = [window, counted];
    const news = [...counts].filter(([, { own }]) => own > 0);
    if (news.length === 0) return;
    const told = new Map(news.map(([key, { own }]) => [key, own]));
    for (const [, counter] of news) [counter.shared, counter.own] = [counter.shared + counter.own, 0];
    // A reply that got lost may count some twice; a limit that is late is worse than one that is early.
    const totals = await counters.add(during, told);
    for (const [key, counter] of news) counter.shared = Math.max(counter.shared, totals.get(key) ?? 0);
  }

  const timer = setInterval(() => void share().catch(onError), SHARE_EVERY_MS);
  timer.unref();

  return {
    take(rule, who) {
      const quota = quotas[rule];
      if (quota === 0) return {};
      const isRoom = counted.size < MOST_COUNTED || counted.has(`${rule}:${who}`);
      const counter = counterOf(isRoom ? `${rule}:${who}` : `${rule}:others`);
      counter.own += 1;
      const left = quota - counter.shared - counter.own;
      const resetS = Math.ceil((WINDOW_MS - (Date.now() % WINDOW_MS)) / 1_000);
      const headers = {
        'ratelimit-policy': `"${rule}";q=${quota};w=${WINDOW_MS / 1_000}`,
        ratelimit: `"${rule}";r=${Math.max(0, left)};t=${resetS}`,
      };
      if (left >= 0) return headers;
      throw new Refusal(
        'request.too-many',
        `${SUBJECTS[rule]} sent more than ${quota} requests in a minute`,
        {
          headers: { ...headers, 'retry-after': String(resetS) },
        },
      );
    },
    close: () => clearInterval(timer),
  };
}

const SUBJECTS: Readonly<Record<RateRule, string>> = {
  caller: 'This token or session',
  address: 'This address, without proving who it is,',
  hook: 'This address',
};

/**
 * Where a request comes from, for counting: the address that the outermost of our own `proxies` saw, an IPv6 one by
 * its /64, since one host may use all of it.
 */
export function addressOf(
  peer: string | undefined,
  forwardedFor: string | undefined,
  proxies: number,
): string {
  const hops = [...(forwardedFor?.split(',').map((each) => each.trim()) ?? []), peer ?? 'unknown'];
  const seen = (hops[Math.max(0, hops.length - 1 - proxies)] ?? 'unknown').slice(0, 64);
  const plain = seen.replace(/^::ffff:(?=\d+\.)/, '');
  return isIPv6(plain) ? `${expanded(plain).slice(0, 4).join(':')}::/64` : plain;
}

/** The eight groups of an IPv6 address. */
function expanded(address: string): readonly string[] {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const [left, right] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  const [before = [], after = []] = [left, right];
  const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array.from({ length: gap }, () => '0'), ...after];
}

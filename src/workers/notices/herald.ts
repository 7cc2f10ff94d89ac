import { keepLooking } from '../../shared/keep-looking.js';
import type { Logger } from '../../shared/log/logger.js';
import { targetName } from '../../shared/domain/ids.js';
import { isAboutTarget, pauseAfter, wantsToHear } from '../../shared/domain/notices.js';
import type { Deployment } from '../../shared/domain/deployment.js';
import type { Configuration } from '../../shared/store/configuration.js';
import type { Change, Notice, Notices } from '../../shared/store/notices.js';
import type { Secrets } from '../secrets/secrets.js';
import type { ChannelTools, Told } from './channels/channel.js';
import { tellerOf } from './channels/tell.js';
import type { Mail } from './mail.js';
import { occasionOf } from './occasion.js';
import type { SendRequest } from './send-request.js';

/** Between two looks, in milliseconds. */
const PERIOD_MS = 500;
const PER_LOOK = 200;
/** Nobody else tries a notice for this long after it was taken; longer than an attempt can last. */
const TAKEN_MS = 60_000;
const AT_ONCE = 8;

interface HeraldDeps {
  readonly notices: Notices;
  readonly configuration: Pick<Configuration, 'current' | 'refresh'>;
  readonly secrets: Pick<Secrets, 'open'>;
  readonly send: SendRequest;
  readonly mail: Mail | undefined;
  readonly publicUrl: string | undefined;
  readonly logger: Logger;
  load(id: string): Promise<Deployment | undefined>;
  redact(text: string): string;
}

/**
 * Tells subscriptions how deployments go, and of drift: turns changes into notices, once, and sends those that are due,
 * again and again for a day. Runs in every worker.
 */
export function startHerald(deps: HeraldDeps): { close(): Promise<void> } {
  return keepLooking({
    async look(closing) {
      await spread(deps);
      await sendDue(deps, closing);
    },
    pauseMs: () => PERIOD_MS,
    onError(error, closing) {
      if (!closing.aborted) deps.logger.warn('notices failed', { error: deps.redact(String(error)) });
    },
  });
}

async function spread({ notices, configuration, load }: HeraldDeps): Promise<void> {
  const { from, changes } = await notices.untold(PER_LOOK);
  const last = changes.at(-1);
  if (!last) return;
  const { subscriptions } = await configuration.refresh();
  const known = new Map<string, Promise<Deployment | undefined>>();
  const found: Notice[] = [];
  for (const change of subscriptions.size === 0 ? [] : changes) {
    const loading = known.get(change.deployment) ?? load(change.deployment);
    known.set(change.deployment, loading);
    const deployment = await loading;
    if (deployment) found.push(...noticesOf(change, deployment, subscriptions));
  }
  await notices.spread(from, last.key, found);
}

function noticesOf(
  { key, deployment: id, state, at, about }: Change,
  { request: { service, environment } }: Deployment,
  subscriptions: ReturnType<HeraldDeps['configuration']['current']>['subscriptions'],
): readonly Notice[] {
  return [...subscriptions]
    .filter(([, subscription]) => wantsToHear(subscription, { service, environment, state }))
    .map(([subscription]) => ({
      id: `${key}:${subscription}`,
      subscription,
      deployment: id,
      state,
      ...(isAboutTarget(state) && { target: targetName(service, environment) }),
      ...(about !== undefined && { about }),
      createdAt: at,
      outcome: 'waiting',
      attempts: 0,
    }));
}

async function sendDue(deps: HeraldDeps, signal: AbortSignal): Promise<void> {
  const due = await deps.notices.take(TAKEN_MS, PER_LOOK);
  // What is about one deployment, or target, and subscription goes in order, so that nobody is told old news last.
  const lines = new Map<string, Notice[]>();
  for (const notice of due) {
    const key = `${notice.subscription}/${notice.target ?? notice.deployment}`;
    lines.set(key, [...(lines.get(key) ?? []), notice]);
  }
  const waiting = [...lines.values()];
  async function work(): Promise<void> {
    while (!signal.aborted) {
      const line = waiting.shift();
      if (!line) return;
      for (const notice of line) await attempt(deps, notice, signal);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  // What it has not begun when it closes, another one may begin at once.
  await Promise.all(waiting.flat().map((notice) => deps.notices.note(notice, 0)));
}

async function attempt(deps: HeraldDeps, notice: Notice, signal: AbortSignal): Promise<void> {
  const told = await tell(deps, notice, signal).catch((error: unknown): Told => ({
    said: 'again',
    seen: error instanceof Error ? error.message : String(error),
  }));
  // An attempt that was cut off tells nothing; one that arrived is noted, or it would be made twice.
  if (signal.aborted && told.said === 'again') return;
  const attempts = notice.attempts + 1;
  const pause = told.said === 'again' ? pauseAfter(attempts) : undefined;
  const { nextAt: _, ...rest } = notice;
  await deps.notices.note(
    {
      ...rest,
      attempts,
      seen: deps.redact(told.seen).slice(0, 1_000),
      outcome: told.said === 'sent' ? 'sent' : pause === undefined ? 'given-up' : 'waiting',
      ...(pause !== undefined && { nextAt: Date.now() + pause }),
    },
    pause,
  );
}

async function tell(deps: HeraldDeps, notice: Notice, signal: AbortSignal): Promise<Told> {
  const { notices, configuration, send, mail, publicUrl, secrets, load } = deps;
  const subscription = configuration.current().subscriptions.get(notice.subscription);
  if (!subscription) return { said: 'never', seen: 'The subscription was removed' };
  const deployment = await load(notice.deployment);
  if (!deployment) return { said: 'never', seen: 'The deployment is no longer kept' };
  const { service, environment } = deployment.request;
  const opened = secrets.open({ service, environment });
  const occasion = occasionOf(notice, deployment, publicUrl?.replace(/\/$/, ''));
  const { subject } = occasion;
  const thread = await notices.thread(notice.subscription, subject);
  const tools: ChannelTools = {
    send,
    async secret(text) {
      const reading = await opened.read(text, signal);
      if (reading.said === 'found') return reading.value;
      throw new Error(reading.said === 'wait' ? reading.because : reading.failure.detail);
    },
    thread: thread ?? undefined,
    keepThread: (text) => notices.keepThread(notice.subscription, subject, text),
    mail: mail ?? noMail,
    signal,
  };
  try {
    return await tellerOf(subscription.channel)(occasion, tools);
  } finally {
    await opened.close('leave');
  }
}

function noMail(): Promise<never> {
  return Promise.reject(new Error('No mail server is configured: set BEANPOD_SMTP_URL'));
}

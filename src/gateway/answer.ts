import { readJolokia } from '../shared/domain/jolokia.js';
import type { Purpose, Ticket } from '../shared/live/ticket.js';
import { eventsOf, firstOf } from './events.js';
import type { Gate } from './gate.js';
import { GatewayRefusal } from './gateway-refusal.js';
import { openTarget, provided, type OpenTarget, type OpenTargetDeps } from './open-target.js';
import type { Seats } from './seats.js';
import type { Answer, Call } from './server.js';
import { tailEvents, tailWish, type LogRedactor } from './tail.js';

export interface AnswerDeps extends OpenTargetDeps {
  readonly gate: Gate;
  /** For logs that are followed. */
  readonly tails: Seats;
  readonly redactor: LogRedactor;
}

type Handler = (target: OpenTarget, call: Call, deps: AnswerDeps, ticket: Ticket) => Promise<Answer>;

const HANDLERS: Readonly<Partial<Record<Purpose, Handler>>> = {
  pods: answerPods,
  logs: answerLogs,
  'jmx-read': answerJolokia,
  'jmx-write': answerJolokia,
};

/** What somebody who tries to reach another pod or right meets; everything else is ordinary trouble. */
const WORTH_RECORDING = new Set(['live.ticket-refused', 'live.pod-replaced']);

/** Answers calls of the API, each by what its ticket allows. */
export function createAnswer(deps: AnswerDeps): (call: Call) => Promise<Answer> {
  return async (call) => {
    const purpose = call.path.slice('/live/'.length) as Purpose;
    const handler = Object.hasOwn(HANDLERS, purpose) ? HANDLERS[purpose] : undefined;
    if (!handler) throw new GatewayRefusal('live.unsupported', `There is nothing at ${call.path}`);
    const ticket = await deps.gate.admit(call, purpose);
    const leave = purpose === 'logs' ? deps.tails.take(ticket) : () => undefined;
    // Whoever hangs up before the first event is read leaves too.
    call.signal.addEventListener('abort', leave, { once: true });
    const target = await openTarget(deps, ticket, call.signal).catch((error: unknown) => {
      leave();
      throw error;
    });
    const end = async (): Promise<void> => {
      leave();
      await target.close();
    };
    try {
      const answer = await handler(target, call, deps, ticket);
      if (answer.kind === 'events') return { kind: 'events', events: closing(answer.events, end) };
      await end();
      return answer;
    } catch (error) {
      await end();
      if (error instanceof GatewayRefusal && WORTH_RECORDING.has(error.problem.code))
        await deps.gate.record(ticket, call, error.problem.code, error.message);
      throw error;
    }
  };
}

async function answerPods({ live, turn }: OpenTarget, { body }: Call): Promise<Answer> {
  const pods = provided(await live.pods?.(turn), 'pods');
  if (!(body as { follow?: unknown }).follow) return { kind: 'json', body: await firstOf(pods) };
  return { kind: 'events', events: eventsOf('pods', pods) };
}

async function answerLogs(
  { live, turn }: OpenTarget,
  { body }: Call,
  { redactor }: AnswerDeps,
): Promise<Answer> {
  const wish = tailWish(body, redactor);
  return {
    kind: 'events',
    events: tailEvents(provided(await live.tail?.(turn, wish), 'logs to follow'), redactor),
  };
}

async function answerJolokia(
  { live, turn }: OpenTarget,
  { body }: Call,
  _: AnswerDeps,
  { pod, purpose }: Ticket,
): Promise<Answer> {
  const reading = readJolokia(body);
  // The API has judged them; whoever could make it err would still have to get past this.
  if (!pod || reading.said === 'bad' || (reading.need === 'write' && purpose !== 'jmx-write'))
    throw new GatewayRefusal('live.ticket-refused', 'The ticket is not for these requests');
  return { kind: 'json', body: provided(await live.jolokia?.(turn, pod, reading.requests), 'Jolokia agent') };
}

async function* closing(events: AsyncIterable<string>, end: () => Promise<void>): AsyncGenerator<string> {
  try {
    yield* events;
  } finally {
    await end();
  }
}

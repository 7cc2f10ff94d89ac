import type { AuditLog } from '../shared/store/audit-log.js';
import type { SpentTickets } from '../shared/store/spent-tickets.js';
import type { Purpose, Ticket, Tickets } from '../shared/live/ticket.js';
import type { Logger } from '../shared/log/logger.js';
import { GatewayRefusal } from './gateway-refusal.js';

/** How a ticket stands in the Authorization header. */
const SCHEME = /^Beanpod-Ticket ([\w.-]{1,4096})$/;

export interface GateDeps {
  readonly tickets: Pick<Tickets, 'read'>;
  readonly spent: SpentTickets;
  readonly auditLog: Pick<AuditLog, 'append'>;
  readonly logger: Logger;
}

/** Where a call comes from, for the audit log. */
export interface Knock {
  readonly authorization: string | undefined;
  readonly path: string;
  readonly address: string;
}

/** Lets in who brings a ticket of the API that is good for this purpose and was not used before. */
export function createGate({ tickets, spent, auditLog, logger }: GateDeps) {
  /** Records what a right ticket was refused for; the API alone can make one, so this cannot be flooded. */
  async function record(ticket: Ticket, knock: Knock, code: string, detail: string): Promise<void> {
    const { person, purpose, service, environment, pod, nonce } = ticket;
    const about = `${purpose} on ${service}/${environment}${pod ? ` pod ${pod.name}` : ''}: ${detail}`;
    try {
      await auditLog.append({
        at: new Date().toISOString(),
        actor: { id: person.id, name: person.name, owner: 'gateway', by: 'token' },
        method: 'TICKET',
        path: knock.path,
        status: 403,
        code,
        about: about.slice(0, 500),
        requestId: nonce,
        address: knock.address,
      });
    } catch (error) {
      logger.error('audit entry not stored', { about, error: String(error) });
    }
  }

  return {
    /** The ticket, spent from now on. Throws a GatewayRefusal. */
    async admit(knock: Knock, purpose: Purpose): Promise<Ticket> {
      const reading = tickets.read(SCHEME.exec(knock.authorization ?? '')?.[1] ?? '');
      if (reading.said === 'forged') {
        logger.warn('a call without a ticket of the API', { path: knock.path, address: knock.address });
        throw new GatewayRefusal('live.ticket-refused', 'There is no ticket, or the API did not sign it');
      }
      const { ticket } = reading;
      const flaw = await flawOf(reading.said, ticket, purpose);
      if (flaw === undefined) return ticket;
      await record(ticket, knock, 'live.ticket-refused', flaw);
      throw new GatewayRefusal('live.ticket-refused', `${flaw}; ask for a new one`);
    },
    record,
  };

  async function flawOf(
    said: 'good' | 'expired',
    ticket: Ticket,
    purpose: Purpose,
  ): Promise<string | undefined> {
    if (said === 'expired') return 'The ticket has expired';
    if (ticket.purpose !== purpose) return `The ticket is for ${ticket.purpose}`;
    return (await spent.spend(ticket.nonce)) ? undefined : 'The ticket was used before';
  }
}

export type Gate = ReturnType<typeof createGate>;

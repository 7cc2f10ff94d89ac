import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a ticket lets its bearer do at the gateway, once. */
export type Purpose = 'pods' | 'logs' | 'exec' | 'jmx-read' | 'jmx-write';

/** What the API vouches for: who may do what to which target, and to which pod where it is about one. */
export interface Claims {
  readonly purpose: Purpose;
  readonly service: string;
  readonly environment: string;
  readonly person: { readonly id: string; readonly name: string };
  readonly pod?: { readonly name: string; readonly uid: string; readonly container: string };
  /** Command that is run, for `exec`. */
  readonly shell?: string;
}

/** Claims with what makes them good once and not for long. */
export interface Ticket extends Claims {
  readonly nonce: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export type TicketReading =
  | { readonly said: 'good'; readonly ticket: Ticket }
  /** `ticket` is what it said, for the audit log: the signature is right. */
  | { readonly said: 'expired'; readonly ticket: Ticket }
  | { readonly said: 'forged' };

/** Milliseconds for which a ticket is good. */
export const TICKET_MS = 30_000;
/** The clock of the API may be ahead of that of the gateway by so much. */
const SKEW_MS = 5_000;
const MOST_CHARACTERS = 4_096;

/** Signs and proves tickets by a key that API and gateway share. That a ticket is used once is for the store to say. */
export function createTickets(key: string) {
  function signatureOf(claims: string): Buffer {
    return createHmac('sha256', key).update('beanpod.live-ticket.v1\n').update(claims).digest();
  }

  return {
    issue(claims: Claims, now = Date.now()): string {
      const ticket: Ticket = {
        ...claims,
        nonce: randomBytes(18).toString('base64url'),
        expiresAt: now + TICKET_MS,
      };
      const text = Buffer.from(JSON.stringify(ticket)).toString('base64url');
      return `${text}.${signatureOf(text).toString('base64url')}`;
    },

    /** Never throws, whatever it is given. */
    read(text: string, now = Date.now()): TicketReading {
      const [claims = '', signature = '', ...more] = text.slice(0, MOST_CHARACTERS).split('.');
      const given = Buffer.from(signature, 'base64url');
      const right = signatureOf(claims);
      if (more.length > 0 || given.length !== right.length || !timingSafeEqual(given, right))
        return { said: 'forged' };
      const ticket = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as Ticket;
      const leftMs = ticket.expiresAt - now;
      return { said: leftMs > 0 && leftMs <= TICKET_MS + SKEW_MS ? 'good' : 'expired', ticket };
    },
  };
}

export type Tickets = ReturnType<typeof createTickets>;

import type { Ticket } from '../shared/live/ticket.js';
import { GatewayRefusal } from './gateway-refusal.js';

/** How many of one kind may be open at once. */
export interface SeatLimits {
  readonly person: number;
  readonly target: number;
  /** At this gateway altogether. */
  readonly all: number;
}

/** Whoever takes a seat leaves it once. */
export type Leave = () => void;

/** Counts what is open at one gateway. `what` names it in refusals: `shells`. */
export function createSeats(what: string, limits: SeatLimits) {
  const taken = new Map<string, number>();
  let all = 0;

  function add(key: string, one: 1 | -1): void {
    const count = (taken.get(key) ?? 0) + one;
    if (count > 0) taken.set(key, count);
    else taken.delete(key);
  }

  return {
    /** Throws a GatewayRefusal when there is none left. */
    take({ person, service, environment }: Pick<Ticket, 'person' | 'service' | 'environment'>): Leave {
      const mine = `person ${person.id}`;
      const place = `target ${service}/${environment}`;
      if (all >= limits.all) throw new GatewayRefusal('live.busy', `This gateway carries ${all} ${what}`);
      refuseFull(`${person.name} has`, taken.get(mine) ?? 0, limits.person);
      refuseFull(`${service}/${environment} has`, taken.get(place) ?? 0, limits.target);
      for (const key of [mine, place]) add(key, 1);
      all += 1;
      let isLeft = false;
      return () => {
        if (isLeft) return;
        isLeft = true;
        for (const key of [mine, place]) add(key, -1);
        all -= 1;
      };
    },
  };

  function refuseFull(whose: string, count: number, most: number): void {
    if (count >= most)
      throw new GatewayRefusal(
        'live.too-many',
        `${whose} ${count} ${what} open here already, which is the most`,
      );
  }
}

export type Seats = ReturnType<typeof createSeats>;

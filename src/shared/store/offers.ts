import { pairs } from './records.js';

/** Until a first offer counts as lost, in milliseconds. */
export const VISIBLE_MS = 5_000;

/** Somebody whom a worker should be woken for. */
export interface Offer {
  readonly id: string;
  readonly dispatch: string;
}

/** Offers as scripts return them: id, dispatch number, id, dispatch number, … */
export function readOffers(flat: readonly (string | number)[]): readonly Offer[] {
  return Object.entries(pairs(flat.map(String))).map(([id, dispatch]) => ({ id, dispatch }));
}

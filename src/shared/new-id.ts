import { randomFillSync } from 'node:crypto';
import { monotonicFactory } from 'ulid';

const pool = new Uint32Array(1_024);
let taken = pool.length;

/** Random bits are drawn some thousand at a time: one call of the system for each letter costs more than the id. */
function random(): number {
  if (taken === pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  taken += 1;
  return (pool[taken - 1] ?? 0) / 2 ** 32;
}

const ulid = monotonicFactory(random);

/** A lower-case ULID: sorts by the time of its making, within one process strictly. No `:` and no integer, which BullMQ refuses. */
export function newId(): string {
  return ulid().toLowerCase();
}

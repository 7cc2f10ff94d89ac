import { monotonicFactory } from 'ulid';

const ulid = monotonicFactory();

/** A lower-case ULID: sorts by the time of its making, within one process strictly. No `:` and no integer, which BullMQ refuses. */
export function newId(): string {
  return ulid().toLowerCase();
}

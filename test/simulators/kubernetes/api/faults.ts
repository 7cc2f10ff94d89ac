import { randomUUID } from 'node:crypto';
import type { Wish } from './rbac.js';

/** What can go wrong on purpose. */
export const FAULT_KINDS = [
  'drop-connection',
  'reset-after-commit',
  'hang',
  'status',
  'slow',
  'watch-stall',
  'watch-410',
  'watch-drop',
  'half-line',
] as const;

/** A fault that waits for calls to hit. */
export interface Fault {
  id: string;
  kind: (typeof FAULT_KINDS)[number];
  /** What a call must be; a field that is absent matches everything. */
  match: {
    verb?: string;
    resource?: string;
    subresource?: string;
    namespace?: string;
    name?: string;
    user?: string;
    path?: string;
  };
  /** How many more calls it hits. */
  times: number;
  /** How many matching calls pass before the first hit. */
  skip: number;
  /** For `status`: the HTTP code. */
  code: number;
  /** For `status`: seconds of the Retry-After header. */
  retryAfter: number | undefined;
  /** For `slow`: real milliseconds. */
  delayMs: number;
  /** For faults of watches: events that are sent first. */
  after: number;
  /** For `status`: the message. */
  message: string | undefined;
}

/** The faults that are set now. */
export interface Faults {
  add(fault: Partial<Omit<Fault, 'id'>> & Pick<Fault, 'kind'>): Fault;
  /** The fault that hits this call, counted as used. */
  take(wish: Partial<Wish>, path: string, user: string): Fault | undefined;
  list(): readonly Fault[];
  clear(): void;
}

/** No faults. */
export function createFaults(): Faults {
  let faults: Fault[] = [];
  return {
    add(fault) {
      const full: Fault = {
        match: {},
        times: 1,
        skip: 0,
        code: 503,
        retryAfter: undefined,
        delayMs: 1000,
        after: 0,
        message: undefined,
        ...fault,
        id: randomUUID(),
      };
      faults.push(full);
      return full;
    },
    take(wish, path, user) {
      for (const fault of faults) {
        if (!hits(fault, wish, path, user)) continue;
        if (fault.skip > 0) {
          fault.skip -= 1;
          continue;
        }
        fault.times -= 1;
        if (fault.times <= 0) faults = faults.filter((other) => other !== fault);
        return fault;
      }
      return undefined;
    },
    list: () => faults,
    clear() {
      faults = [];
    },
  };
}

function hits({ match, kind }: Fault, wish: Partial<Wish>, path: string, user: string): boolean {
  if (kind.startsWith('watch') || kind === 'half-line') {
    if (wish.verb !== 'watch') return false;
  }
  const pairs = [
    [match.verb, wish.verb],
    [match.resource, wish.resource],
    [match.subresource, wish.subresource],
    [match.namespace, wish.namespace],
    [match.name, wish.name],
    [match.user, user],
  ];
  return (
    pairs.every(([wanted, is]) => wanted === undefined || wanted === is) && path.includes(match.path ?? '')
  );
}

import { Agent, fetch } from 'undici';
import type { LoggedCall } from './api/call-log.js';
import type { Fault } from './api/faults.js';
import type { IdentityOptions } from './api/identity.js';
import type { Mutation } from './writes/write-call.js';

/** Steers a simulator that runs in another process, through its control API. */
export interface ControlClient {
  /** The calls of clients so far, oldest first. */
  calls(): Promise<LoggedCall[]>;
  /** The committed writes of clients so far, in order. */
  mutations(): Promise<Mutation[]>;
  /** Forgets calls and mutations. */
  clear(): Promise<void>;
  addFault(fault: Partial<Fault> & Pick<Fault, 'kind'>): Promise<Fault>;
  clearFaults(): Promise<void>;
  /** Adds an identity and returns its token. */
  addIdentity(identity: IdentityOptions): Promise<string>;
  /** Makes the token of an identity invalid and returns its next one. */
  expireToken(name: string): Promise<string>;
  /** Moves simulated time ahead. */
  advance(ms: number): Promise<void>;
  /** Forgets history, so that watches from older resourceVersions get 410. */
  compact(): Promise<void>;
  writeLog(log: { namespace: string; pod: string; container: string; lines: string[] }): Promise<void>;
  close(): Promise<void>;
}

/** A control client for the simulator at a URL. Its calls throw with the answer when the simulator refuses one. */
export function createControlClient({ url, ca }: { url: string; ca: string }): ControlClient {
  const dispatcher = new Agent({ connect: { ca } });

  async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${url}/_sim/${path}`, {
      method,
      dispatcher,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`the simulator refused ${method} /_sim/${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  return {
    calls: async () => (await send<{ calls: LoggedCall[] }>('GET', 'calls')).calls,
    mutations: async () => (await send<{ mutations: Mutation[] }>('GET', 'mutations')).mutations,
    clear: () => send('DELETE', 'calls'),
    addFault: (fault) => send('POST', 'faults', fault),
    clearFaults: () => send('DELETE', 'faults'),
    addIdentity: async (identity) => (await send<{ token: string }>('POST', 'tokens', identity)).token,
    expireToken: async (name) => (await send<{ token: string }>('POST', 'tokens/expire', { name })).token,
    advance: (ms) => send('POST', 'clock/advance', { ms }),
    compact: () => send('POST', 'compact', {}),
    writeLog: (log) => send('POST', 'logs', log),
    close: () => dispatcher.destroy(),
  };
}

import type { Turn } from '../../../src/providers/contract.js';
import { wait, type Outcome } from '../../../src/shared/domain/outcome.js';
import type { CloudTarget, WriteRequest } from '../cloud-protocol.js';
import type { ChaosTarget } from './target.js';

/** The cloud could not be asked, or did not tell what became of a call: look again later. */
export class Unclear extends Error {
  override name = 'Unclear';
}

/** Calls of one session. They end with the signal of their turn. */
export function createCloudClient({ url, target }: ChaosTarget, deployment: string) {
  async function call(turn: Turn, body?: WriteRequest): Promise<Response> {
    try {
      return await fetch(`${url}/targets/${encodeURIComponent(target)}`, {
        method: body === undefined ? 'GET' : 'PUT',
        headers: { 'x-deployment': deployment, 'x-epoch': String(turn.epoch) },
        signal: turn.signal,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (error) {
      if (turn.signal.aborted) throw error;
      throw new Unclear('The connection to the cloud broke', { cause: error });
    }
  }

  return {
    async look(turn: Turn): Promise<CloudTarget> {
      const response = await call(turn);
      if (!response.ok) throw new Unclear(`The cloud answered ${response.status}`);
      return (await response.json()) as CloudTarget;
    },

    /** Whether the cloud took it; what is unclear is thrown. */
    async write(turn: Turn, request: WriteRequest): Promise<boolean> {
      const response = await call(turn, request);
      if (response.status === 429) throw new Unclear('The cloud throttles');
      return response.ok;
    },
  };
}

/** Unclear answers become a wait; anything else is a defect. */
export async function waitWhenUnclear<T extends { said: string }>(work: Promise<T>): Promise<T | Outcome> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Unclear) return wait(60, error.message);
    throw error;
  }
}

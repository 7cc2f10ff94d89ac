import { expect } from 'vitest';
import type { OperationView } from '../../src/shared/contract/live-operation.js';
import { LIVE, type LiveCluster } from './live-cluster.js';

/** What the API answers to somebody who asks for an operation, or about one. */
export interface OperationAnswer extends Partial<OperationView> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly code?: string;
  readonly detail?: string;
  readonly dryRun?: boolean;
  readonly operation?: OperationView;
}

/** Asks for operations on a target of the live cluster, and looks at them. */
export function useOperations(world: () => LiveCluster, live: string = LIVE) {
  const caller = (token?: string) => world().api.call(token);

  async function act(
    what: string,
    body: object = {},
    token?: string,
    key?: string,
  ): Promise<OperationAnswer> {
    const asked = caller(token)
      .post(`${live}/${what}`)
      .set(key === undefined ? {} : { 'idempotency-key': key });
    const { status, headers, text } = await asked.send({ reason: 'It hangs', ...body });
    return { status, headers, ...(JSON.parse(text) as object) };
  }

  async function list(): Promise<readonly OperationView[]> {
    const { text } = await caller().get(`${live}/operations`);
    return (JSON.parse(text) as { operations: OperationView[] }).operations;
  }

  return {
    act,
    list,

    /** The newest operation, once it is like this. */
    async newest(like: Partial<OperationView>): Promise<OperationView> {
      let seen: OperationView | undefined;
      await expect
        .poll(async () => (seen = (await list())[0]), { timeout: 40_000 })
        .toMatchObject(like as Record<string, unknown>);
      if (!seen) throw new Error('There is no operation');
      return seen;
    },

    async cancel(id: string): Promise<OperationAnswer> {
      const { status, headers, text } = await caller().delete(`${live}/operations/${id}`);
      return { status, headers, ...(JSON.parse(text) as object) };
    },
  };
}

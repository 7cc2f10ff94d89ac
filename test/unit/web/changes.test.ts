import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import { createChanges } from '../../../web/src/api/changes.js';

function deployment(id: string, state: DeploymentView['state'], second = 0): DeploymentView {
  const updatedAt = `2026-11-26T12:00:0${second}.000Z`;
  return { id, state, environment: 'staging', updatedAt } as DeploymentView;
}

let client: QueryClient;
beforeEach(() => {
  client = new QueryClient();
});
afterEach(() => client.clear());

/** Keys of what is to be read again. */
async function stale(): Promise<readonly string[]> {
  await expect.poll(() => staleNow().length).toBeGreaterThan(0);
  return staleNow();
}

function staleNow(): readonly string[] {
  const all = client.getQueryCache().getAll();
  return all.filter(({ state }) => state.isInvalidated).map(({ queryHash }) => queryHash);
}

describe('news of the stream', () => {
  test('replace a deployment wherever it is shown', () => {
    client.setQueryData(['deployment', 'a'], deployment('a', 'deploying'));
    client.setQueryData(['deployments', {}], [deployment('b', 'succeeded'), deployment('a', 'deploying')]);
    client.setQueryData(['deployment-pages', {}], {
      pages: [{ items: [deployment('a', 'deploying')] }],
      pageParams: [],
    });
    const told = deployment('a', 'deploying', 1);

    createChanges(client).take(told);

    expect(client.getQueryData(['deployment', 'a'])).toEqual(told);
    expect(client.getQueryData(['deployments', {}])).toEqual([deployment('b', 'succeeded'), told]);
    expect(client.getQueryData(['deployment-pages', {}])).toMatchObject({ pages: [{ items: [told] }] });
  });

  test('that are older than what was read change nothing', () => {
    const known = deployment('a', 'succeeded', 5);
    client.setQueryData(['deployment', 'a'], known);

    createChanges(client).take(deployment('a', 'deploying', 1));

    expect(client.getQueryData(['deployment', 'a'])).toEqual(known);
  });

  test('of what a list does not have, or of another state, have the list read again', async () => {
    client.setQueryData(['deployments', { state: ['deploying'] }], [deployment('a', 'deploying')]);
    client.setQueryData(['deployments', { service: 'other' }], [deployment('b', 'succeeded')]);

    createChanges(client).take(deployment('a', 'succeeded', 1));

    expect(await stale()).toEqual([
      '["deployments",{"state":["deploying"]}]',
      '["deployments",{"service":"other"}]',
    ]);
  });

  test('of the same state leave the lists as they are, and have the events and the board read again', async () => {
    client.setQueryData(['deployments', {}], [deployment('a', 'deploying')]);
    client.setQueryData(['events', 'a'], []);
    client.setQueryData(['status', 'staging'], {});

    createChanges(client).take(deployment('a', 'deploying', 1));

    expect([...(await stale())].sort()).toEqual(['["events","a"]', '["status","staging"]']);
  });

  test('have the release read again that they are part of, and, once it has ended, the past of its environment', async () => {
    const keys = [
      ['release', 'r'],
      ['snapshots', 'staging'],
      ['diff', 'staging', 'x', 'now'],
      ['diff', 'demo', 'x', 'now'],
    ];
    for (const key of keys) client.setQueryData(key, {});
    const changes = createChanges(client);

    changes.take({ ...deployment('a', 'deploying', 1), release: 'r', terminal: false });
    expect(await stale()).toEqual(['["release","r"]']);
    changes.take({ ...deployment('a', 'succeeded', 2), release: 'r', terminal: true });
    await expect
      .poll(() => staleNow())
      .toEqual(['["release","r"]', '["snapshots","staging"]', '["diff","staging","x","now"]']);
  });
});

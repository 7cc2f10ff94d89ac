import { afterEach, describe, expect, it } from 'vitest';
import type { Follower } from '../../../src/providers/kubernetes/watch/follower.js';
import type { PodView } from '../../../src/providers/kubernetes/watch/pod-view.js';
import type { Source } from '../../../src/providers/kubernetes/watch/source.js';
import { deployment, DEPLOYMENTS, PODS } from '../simulators/kubernetes-session.js';
import { openWatching, type Watching } from './kubernetes-watching.js';

const PODS_OF_DEFAULT: Source = { path: PODS, keeps: 'pods' };

let watching: Watching;
afterEach(() => watching.close());

/** Follows the pods of `default`; faults of watches that are set before hit the watch that this opens. */
async function followPods(): Promise<Follower> {
  const follower = watching.hub.follow();
  follower.want([PODS_OF_DEFAULT]);
  await expect.poll(() => watching.count('watch', 'pods')).toBeGreaterThan(0);
  return follower;
}

async function createPod(name: string): Promise<void> {
  const { status } = await watching.client.post(PODS, {
    metadata: { name },
    spec: { containers: [{ name: 'web', image: 'app:ok-1' }] },
  });
  expect(status).toBe(201);
}

function pod(follower: Follower, name: string): PodView | undefined {
  return follower.look().pod('default', name);
}

async function seen(follower: Follower, ...names: readonly string[]): Promise<void> {
  for (const name of names) await expect.poll(() => pod(follower, name)?.name).toBe(name);
}

/** Lists of all pods, without the small ones that only prove the way. */
function fullLists(): number {
  const { calls } = watching.simulator;
  const lists = calls.list().filter(({ verb, resource }) => verb === 'list' && resource === 'pods');
  return lists.filter(({ query }) => new URLSearchParams(query).get('limit') !== '1').length;
}

describe('the watches of a cluster', () => {
  it('show what was there and what changes', async () => {
    watching = await openWatching();
    await createPod('before');
    const follower = await followPods();

    await createPod('after');

    await seen(follower, 'before', 'after');
    await expect.poll(() => pod(follower, 'after')?.ready).toBe(true);
    await watching.client.call('DELETE', `${PODS}/after`);
    await expect.poll(() => pod(follower, 'after')).toBeUndefined();
  });

  it.each(['watch-drop', 'half-line'] as const)(
    'lose nothing to a %s, and list nothing again',
    async (kind) => {
      watching = await openWatching();
      watching.simulator.faults.add({ kind, match: { resource: 'pods' }, after: 1, times: 2 });
      const follower = await followPods();

      for (const name of ['one', 'two', 'three']) await createPod(name);

      await seen(follower, 'one', 'two', 'three');
      expect(watching.count('watch', 'pods')).toBeGreaterThanOrEqual(3);
      expect(fullLists()).toBe(1);
      await expect.poll(() => follower.look().trouble()).toBeUndefined();
    },
  );

  it('find out by a new list what an expired watch missed, deletions too', async () => {
    watching = await openWatching();
    await watching.client.post('/api/v1/namespaces/default/configmaps', { metadata: { name: 'other' } });
    await createPod('doomed');
    await watching.client.until(`${PODS}/doomed`, ({ status }) =>
      JSON.stringify(status).includes('"Running"'),
    );
    watching.simulator.faults.add({ kind: 'watch-410', match: { resource: 'pods' } });
    const follower = await followPods();
    await seen(follower, 'doomed');

    await watching.client.call('DELETE', `${PODS}/doomed?gracePeriodSeconds=0`);

    await expect.poll(() => pod(follower, 'doomed')).toBeUndefined();
    expect(fullLists()).toBe(2);
  });

  it('do not hammer a server that forgets everything at once', async () => {
    watching = await openWatching({ times: { firstBackOff: 100, mostBackOff: 100 } });
    const gone = { code: 410, match: { resource: 'pods', verb: 'watch' }, times: 5 };
    watching.simulator.faults.add({ kind: 'status', ...gone });
    const follower = await followPods();

    await createPod('late');

    await seen(follower, 'late');
    await expect.poll(() => watching.count('watch', 'pods')).toBe(6);
    expect(fullLists()).toBe(6);
  });

  it('reconnect when nothing is heard any more', async () => {
    watching = await openWatching({ bookmarkMs: 200, times: { silence: 700 } });
    watching.simulator.faults.add({ kind: 'watch-stall', match: { resource: 'pods' } });
    const follower = await followPods();

    await createPod('unheard');

    await seen(follower, 'unheard');
    expect(watching.count('watch', 'pods')).toBe(2);
  });

  it('poll where watching is forbidden', async () => {
    const rules = [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }];
    watching = await openWatching({
      identities: [{ name: 'lister', token: 'lister', rules }],
      tokens: () => ({ token: () => Promise.resolve('lister'), refused: () => undefined }),
    });
    const follower = await followPods();

    await createPod('polled');

    await seen(follower, 'polled');
    expect(watching.hub.state()).toMatchObject([{ path: PODS, mode: 'polling' }]);
  });

  it('watch again once somebody has given the right to', async () => {
    const [may, mayNot] = [
      ['get', 'list', 'watch'],
      ['get', 'list'],
    ].map((verbs) => [{ verbs, apiGroups: [''], resources: ['pods'] }]);
    const lister = { name: 'lister', token: 'lister' };
    watching = await openWatching({
      identities: [{ ...lister, ...(mayNot && { rules: mayNot }) }],
      tokens: () => ({ token: () => Promise.resolve('lister'), refused: () => undefined }),
      times: { watchAgain: 200 },
    });
    await followPods();
    await expect.poll(() => watching.hub.state()).toMatchObject([{ mode: 'polling' }]);

    watching.simulator.tokens.add({ ...lister, ...(may && { rules: may }) });

    await expect.poll(() => watching.hub.state()).toMatchObject([{ mode: 'watching', trouble: undefined }]);
    const lists = fullLists();
    await createPod('pushed');
    await expect.poll(() => watching.hub.state()[0]?.entries).toBe(1);
    expect(fullLists()).toBe(lists);
  });

  it('say what is wrong while the server gives no answer, and recover', async () => {
    watching = await openWatching();
    watching.simulator.faults.add({ kind: 'watch-drop', match: { resource: 'pods' } });
    const follower = await followPods();
    for (const verb of ['list', 'watch']) {
      const match = { resource: 'pods', verb };
      watching.simulator.faults.add({ kind: 'status', code: 500, match, times: 10_000 });
    }

    await createPod('any');

    await expect.poll(() => follower.look().trouble(), { timeout: 10_000 }).toMatch(/pods is interrupted/);
    watching.simulator.faults.clear();
    await expect.poll(() => follower.look().trouble(), { timeout: 10_000 }).toBeUndefined();
    await seen(follower, 'any');
  });

  it('go on with a fresh token when theirs expires', async () => {
    let token: string | undefined = 'first';
    watching = await openWatching({
      identities: [{ name: 'ci', token, groups: ['system:masters'] }],
      tokens: ({ simulator }) => ({
        token: () => Promise.resolve(token),
        refused: () => (token = simulator.tokens.tokenOf('ci')),
      }),
    });
    watching.simulator.faults.add({ kind: 'watch-drop', match: { resource: 'pods' } });
    const follower = await followPods();
    watching.simulator.tokens.expire('ci');

    await createPod('later');

    await seen(follower, 'later');
    expect(token).not.toBe('first');
  });

  it('are shared by all who follow, and end with the last of them', async () => {
    watching = await openWatching();
    const followers = [await followPods()];
    while (followers.length < 200) followers.push(await followPods());

    await createPod('one');

    for (const follower of followers) await seen(follower, 'one');
    expect(watching.count('watch', 'pods')).toBe(1);
    for (const follower of followers.slice(1)) follower.stop();
    expect(watching.hub.state()).toHaveLength(1);
    followers[0]?.stop();
    await expect.poll(() => watching.hub.state()).toEqual([]);
  });

  it('wake only those whom a change concerns', async () => {
    watching = await openWatching();
    const [heeding, other] = [await followPods(), await followPods()];
    const { body } = await watching.client.post(DEPLOYMENTS, deployment('api', 'app:ok-1', { replicas: 0 }));
    const replicaSets = DEPLOYMENTS.replace('deployments', 'replicasets');
    const { items } = await watching.client.until(
      replicaSets,
      ({ items }) => Array.isArray(items) && items.length > 0,
    );
    const owner = (items as { metadata: { uid: string } }[])[0]?.metadata.uid ?? '';
    heeding.look();
    other.look();
    heeding.heed([owner]);
    other.heed(['somebody-else']);
    const woken: string[] = [];
    const over = new AbortController();
    const waits = [
      heeding.changed(over.signal).then(() => woken.push('heeding')),
      other.changed(over.signal).then(() => woken.push('other')),
    ];

    await watching.client.call('PATCH', `${DEPLOYMENTS}/${body.metadata.name}/scale`, {
      body: { spec: { replicas: 1 } },
      contentType: 'application/merge-patch+json',
    });

    await waits[0];
    await expect.poll(() => heeding.look().pods('default', owner)[0]?.ready).toBe(true);
    expect(woken).toEqual(['heeding']);
    over.abort();
    await Promise.all(waits);
  });

  it('tell at once of a change between the last look and the wait', async () => {
    watching = await openWatching();
    const follower = await followPods();
    await createPod('early');
    await seen(follower, 'early');
    follower.heed([pod(follower, 'early')?.uid ?? '']);
    await watching.client.call('DELETE', `${PODS}/early?gracePeriodSeconds=0`);
    await expect.poll(() => watching.hub.state()[0]?.entries).toBe(0);

    await follower.changed(new AbortController().signal);

    expect(pod(follower, 'early')).toBeUndefined();
  });
});

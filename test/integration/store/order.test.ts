import { describe, expect, it } from 'vitest';
import { useStore } from '../../support/store.js';

const store = useStore();

async function limit(scope: string, most: number): Promise<void> {
  await store.redis.client.hset(`{${store.redis.namespace}}:limits`, scope, most);
}

describe('a limit', () => {
  it('keeps a deployment waiting for a place although its target is free, and lets it go when one ends', async () => {
    await limit('environment', 1);
    const scopes = ['environment:staging'];
    const first = await store.accept({ service: 'a', scopes });
    const second = await store.accept({ service: 'b', scopes });

    expect(second.answer).toMatchObject({
      said: 'accepted',
      deployment: { number: 2 },
      ahead: 0,
      offers: [],
    });
    expect(await store.leases.claim(second.id, 'w', 'w')).toEqual({ said: 'not-holder' });
    expect(await store.codes(second.id)).toContain('deployment.limited');
    expect(await store.end(await store.claim(first.id))).toMatchObject({ offers: [{ id: second.id }] });
    expect(await store.leases.claim(second.id, 'w', 'w')).toMatchObject({ said: 'ok' });
  });

  it('of one environment stops no other one, and every scope must have a place', async () => {
    await limit('environment:staging', 1);
    await limit('global', 2);
    const scopes = (environment: string) => ['global', `environment:${environment}`];
    await store.accept({ service: 'a', scopes: scopes('staging') });
    const crowded = await store.accept({ service: 'b', scopes: scopes('staging') });
    const elsewhere = await store.accept({ service: 'c', scopes: scopes('test') });
    const full = await store.accept({ service: 'd', scopes: scopes('test') });

    expect(crowded.answer).toMatchObject({ offers: [] });
    expect(elsewhere.answer).toMatchObject({ offers: [{ id: elsewhere.id }] });
    expect(full.answer).toMatchObject({ offers: [] });
  });

  it('gives places back when a waiting or an unclaimed deployment is cancelled', async () => {
    await limit('global', 1);
    const first = await store.accept({ service: 'a', scopes: ['global'] });
    const second = await store.accept({ service: 'b', scopes: ['global'] });
    const third = await store.accept({ service: 'c', scopes: ['global'] });
    const wish = { by: 'ada', reason: 'typo' };

    expect(await store.deployments.cancel(second.id, wish)).toEqual({ said: 'cancelled', offers: [] });
    expect(await store.deployments.cancel(first.id, wish)).toMatchObject({ offers: [{ id: third.id }] });
    expect(await store.deployments.audit()).toEqual([]);
  });
});

describe('priority', () => {
  it('goes before those that wait, never before who runs, and keeps the order among equals', async () => {
    const running = await store.accept();
    const lease = await store.claim(running.id);
    const low = await store.accept({ priority: -1 });
    const normal = await store.accept();
    const high = await store.accept({ priority: 1 });

    expect((await store.deployments.load(high.id))?.ahead).toBe(1);
    expect((await store.deployments.load(normal.id))?.ahead).toBe(2);
    expect((await store.deployments.load(low.id))?.ahead).toBe(3);
    expect(await store.end(lease)).toMatchObject({ offers: [{ id: high.id }] });
  });
});

describe('a hold', () => {
  const until = (ms: number) => ({
    because: [{ kind: 'time' as const, text: 'not before noon' }],
    ends: 'clock' as const,
    lookAt: Date.now() + ms,
  });

  it('lets others pass and lines up by itself, in its old place, when its time has come', async () => {
    const held = await store.accept({ hold: until(150) });
    const running = await store.accept();
    const later = await store.accept();

    expect(await store.nameOf(held.id)).toBe('held');
    expect(running.answer).toMatchObject({ offers: [{ id: running.id }] });
    await expect
      .poll(async () => {
        await store.deployments.sweep();
        return store.nameOf(held.id);
      })
      .toBe('queued');
    expect((await store.deployments.load(held.id))?.ahead).toBe(1);
    expect((await store.deployments.load(later.id))?.ahead).toBe(2);
  });

  it('can be cancelled, superseded and expired', async () => {
    const cancelled = await store.accept({ service: 'a', hold: until(60_000) });
    const superseded = await store.accept({ service: 'b', onBusy: 'supersede', hold: until(60_000) });
    const expired = await store.accept({ service: 'c', queueMs: 1, hold: until(60_000) });
    await store.deployments.cancel(cancelled.id, { by: 'ada', reason: 'typo' });
    await store.accept({ service: 'b', onBusy: 'supersede' });
    await expect
      .poll(async () => {
        await store.deployments.sweep();
        return store.nameOf(expired.id);
      })
      .toBe('expired');

    expect(await store.nameOf(cancelled.id)).toBe('cancelled');
    expect(await store.nameOf(superseded.id)).toBe('superseded');
    expect(await store.deployments.audit()).toEqual([]);
  });
});

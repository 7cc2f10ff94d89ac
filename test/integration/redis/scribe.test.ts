import { afterEach, expect, it } from 'vitest';
import { connectRedis } from '../../../src/shared/redis.js';
import { createJournal } from '../../../src/shared/store/journal.js';
import { createLeases } from '../../../src/shared/store/lease.js';
import { createScribe } from '../../../src/workers/scribe.js';
import { startRedisNode } from '../../support/redis-node.js';
import { acceptOne } from '../../support/store.js';
import { startTcpProxy } from '../../support/tcp-proxy.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A scribe of a claimed deployment, with a wire between it and Redis. */
async function open() {
  const node = await startRedisNode();
  const wire = await startTcpProxy({ port: node.port });
  const redis = connectRedis(`redis://127.0.0.1:${wire.port}`, 'patient', () => undefined);
  closing.push(node.close, wire.close, () => Promise.resolve(redis.disconnect()));
  const leases = createLeases(redis, 'scribe', 60_000, 1_000);
  const id = await acceptOne(redis, 'scribe');
  const claim = await leases.claim(id, 'w1', 'w1');
  if (claim.said !== 'ok') throw new Error(`claim answered ${claim.said}`);
  const abandon = new AbortController();
  const { lease } = claim;
  const scribe = createScribe({ leases, lease, signal: abandon.signal, onFenced: () => undefined });
  const journal = createJournal(node.client, 'scribe');
  const said = async () =>
    (await journal.read(id, 0, 100)).filter(({ kind }) => kind === 'log').map(({ text }) => text);
  return { wire, scribe, abandon, said };
}

it('stores each line once and in order while the connection breaks again and again', async () => {
  const { wire, scribe, said } = await open();
  const lines = Array.from({ length: 40 }, (_, count) => `line ${count}`);
  for (const text of lines) {
    wire.loseReplyTo('evalsha');
    scribe.say({ text, level: 'info' });
    await scribe.flush();
  }

  expect(await said()).toEqual(lines);
});

it('stores nothing after a batch that it had to give up, so that no line is missing in the middle', async () => {
  const { wire, scribe, abandon, said } = await open();
  scribe.say({ text: 'first', level: 'info' });
  await scribe.flush();
  await wire.refuse();
  scribe.say({ text: 'lost', level: 'info' });
  const flushing = scribe.flush();
  abandon.abort();
  await expect(flushing).rejects.toThrow('Command timed out');
  await wire.heal();
  scribe.say({ text: 'after', level: 'info' });

  await expect(scribe.flush()).rejects.toThrow('An earlier batch was given up');
  expect(['first', 'first, lost']).toContain((await said()).join(', '));
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExecTicketView } from '../../../src/shared/contract/live-exec.js';
import { textWith } from '../../support/caller.js';
import { openEventStream } from '../../support/event-stream.js';
import { LIVE, startLiveCluster, type LiveCluster } from '../../support/live-cluster.js';
import { openShell } from '../../support/shell.js';

const OTHER = LIVE.replace('shop-api', 'other');
let world: LiveCluster;
beforeAll(async () => {
  world = await startLiveCluster(
    {},
    {
      BEANPOD_GATEWAY_TAILS: '4',
      BEANPOD_TAILS_PER_PERSON: '2',
      BEANPOD_TAILS_PER_TARGET: '3',
      BEANPOD_GATEWAY_SHELLS: '2',
    },
  );
  await world.run('shop-api');
  await world.pods(1);
  await world.api
    .call()
    .put('/v1/environments/staging')
    .send({ live: { exec: true } });
});
afterAll(() => world.close());

const headersOf = (token: string) => ({ authorization: `Bearer ${token}` });

async function someone(name: string): Promise<string> {
  const made = await world.api.call().post('/v1/tokens').send({ name, role: 'admin' });
  return made.body.token;
}

async function follow(token: string, live = LIVE) {
  const stream = await openEventStream(`${world.api.url}${live}/logs`, headersOf(token));
  return { ...stream, status: stream.answer.status };
}

/** The status and the problem of somebody who may follow no more. */
async function refused(token: string, live = LIVE) {
  const headers = { ...headersOf(token), accept: 'text/event-stream' };
  const answer = await fetch(`${world.api.url}${live}/logs`, { headers });
  const retryAfter = answer.headers.get('retry-after');
  const { code, detail } = (await answer.json()) as { code: string; detail: string };
  return { status: answer.status, code, detail, retryAfter };
}

test('one person, one target and one gateway follow so many logs at once, and one that ends makes room', async () => {
  const [ada, bob, eve] = await Promise.all(['ada', 'bob', 'eve'].map(someone));
  if (!ada || !bob || !eve) throw new Error('There is nobody');
  const first = await follow(ada);
  const [second, third] = [await follow(ada), await follow(bob)];
  const tooManyOfAda = await refused(ada, OTHER);
  const tooManyOfTarget = await refused(eve);
  const fourth = await follow(bob, OTHER);
  const tooManyInAll = await refused(eve, OTHER);
  first.close();
  const room = async () => {
    const stream = await follow(ada, OTHER);
    stream.close();
    return stream.status;
  };
  await expect.poll(room).toBe(200);

  expect([second, third, fourth].map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(tooManyOfAda).toEqual({
    status: 429,
    code: 'live.too-many',
    detail: textWith('ada has 2 followed logs'),
    retryAfter: '10',
  });
  expect(tooManyOfTarget).toMatchObject({
    status: 429,
    code: 'live.too-many',
    detail: textWith('shop-api/staging has 3'),
  });
  expect(tooManyInAll).toMatchObject({
    status: 503,
    code: 'live.busy',
    detail: textWith('This gateway carries 4'),
  });
  for (const stream of [second, third, fourth]) stream.close();
});

test('a gateway has so many shells at once, and one that ends makes room', async () => {
  const [pod] = await world.pods(1);
  const open = async () => {
    const token = await someone('shells');
    const { text } = await world.api.call(token).post(`${LIVE}/exec`).send({ pod: pod?.name });
    return openShell(world.api.url, (JSON.parse(text) as ExecTicketView).ticket, headersOf(token));
  };
  const shells = [await open(), await open()];
  for (const shell of shells) await shell.until('/ # ');
  const refusal = await open().then(
    () => 'open',
    (error: unknown) => String(error),
  );
  shells[0]?.close();

  expect(refusal).toContain('503');
  await expect
    .poll(() =>
      open().then(
        (shell) => {
          shell.close();
          return 'open';
        },
        () => 'refused',
      ),
    )
    .toBe('open');
  shells[1]?.close();
});

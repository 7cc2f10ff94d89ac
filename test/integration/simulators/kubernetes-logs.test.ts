import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isReady, type Pod } from '../../simulators/kubernetes/workloads.js';
import { openSession, PODS, type Session } from './kubernetes-session.js';

let session: Session;
beforeAll(async () => {
  session = await openSession();
});
afterAll(() => session.close());

async function start(name: string, image: string): Promise<void> {
  await session.client.post(PODS, { metadata: { name }, spec: { containers: [{ name: 'web', image }] } });
}

async function ready(name: string): Promise<void> {
  await session.client.until(`${PODS}/${name}`, (pod) => isReady(pod as unknown as Pod));
}

describe('container logs', () => {
  it('come with timestamps, from the end, and not beyond a size', async () => {
    const { client, control } = session;
    await start('talk', 'app:ok-1');
    await ready('talk');
    await control.writeLog({
      namespace: 'default',
      pod: 'talk',
      container: 'web',
      lines: ['one', 'two', 'three'],
    });

    const tail = await client.get(`${PODS}/talk/log?tailLines=2`);
    const stamped = await client.get(`${PODS}/talk/log?tailLines=1&timestamps=true`);
    const short = await client.get(`${PODS}/talk/log?tailLines=1&limitBytes=3`);
    const future = await client.get(`${PODS}/talk/log?sinceTime=2999-01-01T00%3A00%3A00Z`);

    expect(tail.text).toBe('two\nthree\n');
    expect(stamped.text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z three\n$/);
    expect(short.text).toBe('thr');
    expect(future.text).toBe('');
  });

  it('are followed until the container ends', async () => {
    const { client, control } = session;
    await start('follow', 'app:ok-1');
    await ready('follow');
    const response = await client.stream(`${PODS}/follow/log?follow=true&tailLines=0`);
    await control.writeLog({ namespace: 'default', pod: 'follow', container: 'web', lines: ['late'] });
    await client.call('DELETE', `${PODS}/follow`);

    expect(await response.text()).toBe('late\n');
  });

  it('of the previous run are kept after a crash', async () => {
    const { client } = session;
    await start('crash', 'app:crash-1');
    await client.until(`${PODS}/crash`, (pod) => JSON.stringify(pod).includes('CrashLoopBackOff'));

    const previous = await client.get(`${PODS}/crash/log?previous=true`);

    expect(previous.text).toContain('cannot reach its database');
  });

  it('say why there are none', async () => {
    const { client } = session;
    await start('never', 'app:image-not-found');
    await client.until(`${PODS}/never`, (pod) => JSON.stringify(pod).includes('ImagePullBackOff'));

    const waiting = await client.get(`${PODS}/never/log`);
    const previous = await client.get(`${PODS}/never/log?previous=true`);
    const wrong = await client.get(`${PODS}/never/log?container=other`);

    expect(waiting.body).toMatchObject({
      code: 400,
      message: expect.stringMatching(/^container "web" in pod "never" is waiting to start: /) as string,
    });
    expect(previous.body['message']).toBe('previous terminated container "web" in pod "never" not found');
    expect(wrong.body['message']).toBe('container other is not valid for pod never');
  });
});

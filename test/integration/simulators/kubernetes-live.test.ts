import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { at, listAt } from '../../simulators/kubernetes/json.js';
import { isReady, type Pod } from '../../simulators/kubernetes/workloads.js';
import { openSession, PODS, type Session } from './kubernetes-session.js';

const V5 = 'v5.channel.k8s.io';
let session: Session;
beforeAll(async () => {
  session = await openSession({ identities: [{ name: 'nobody', token: 'nobody-token' }] });
  await session.client.post(PODS, {
    metadata: { name: 'live' },
    spec: { containers: [{ name: 'web', image: 'app:ok-1', env: [{ name: 'COLOUR', value: 'green' }] }] },
  });
  await session.client.until(`${PODS}/live`, (pod) => isReady(pod as unknown as Pod));
});
afterAll(() => session.close());

interface Heard {
  channels: Map<number, string>;
  protocol: string;
}

/** Opens a stream, sends frames once it is open, and collects what each channel says until the server closes. */
function talk(path: string, frames: Buffer[] = [], protocols = [V5], opened = () => {}): Promise<Heard> {
  const { url, ca, token } = session.simulator;
  const socket = new WebSocket(url.replace('https', 'wss') + path, protocols, {
    ca,
    headers: { authorization: `Bearer ${token}` },
  });
  const channels = new Map<number, string>();
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      frames.forEach((frame) => socket.send(frame));
      opened();
    });
    socket.on('message', (data: Buffer) => {
      const channel = data[0] ?? 0;
      channels.set(channel, (channels.get(channel) ?? '') + data.subarray(1).toString('utf8'));
    });
    socket.on('error', reject);
    socket.on('close', () => resolve({ channels, protocol: socket.protocol }));
  });
}

function input(text: string): Buffer {
  return Buffer.concat([Buffer.from([0]), Buffer.from(text)]);
}

describe('exec', () => {
  it('runs a command, with its output, errors and exit code on their channels', async () => {
    const good = await talk(
      `${PODS}/live/exec?command=sh&command=-c&command=${encodeURIComponent('echo $COLOUR && hostname')}&stdout=true`,
    );
    const bad = await talk(`${PODS}/live/exec?command=missing&stderr=true`, [], ['v4.channel.k8s.io']);

    expect(good).toMatchObject({ protocol: V5 });
    expect(good.channels.get(1)).toBe('green\nlive\n');
    expect(JSON.parse(good.channels.get(3) ?? '')).toMatchObject({ status: 'Success' });
    expect(bad.protocol).toBe('v4.channel.k8s.io');
    expect(bad.channels.get(2)).toContain('not found');
    expect(JSON.parse(bad.channels.get(3) ?? '')).toMatchObject({
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '127' }] },
    });
  });

  it('is a shell on a terminal, with echo, prompt and resize', async () => {
    const size = Buffer.concat([Buffer.from([4]), Buffer.from('{"Width":120,"Height":40}')]);

    const heard = await talk(`${PODS}/live/exec?command=sh&stdin=true&stdout=true&tty=true`, [
      size,
      input('echo $COLUMNS\r'),
      input('exit 3\r'),
    ]);

    expect(heard.channels.get(1)).toBe('/ # echo $COLUMNS\r\n120\r\n/ # exit 3\r\n');
    expect(heard.channels.get(3)).toContain('"message":"3"');
  });

  it('ends with its input when the client closes the stream', async () => {
    const heard = await talk(`${PODS}/live/exec?command=cat&stdin=true&stdout=true`, [
      input('through'),
      Buffer.from([255, 0]),
    ]);

    expect(heard.channels.get(1)).toBe('through');
  });

  it('refuses with a Status before the upgrade', async () => {
    const { url, ca } = session.simulator;
    const socket = new WebSocket(`${url.replace('https', 'wss')}${PODS}/live/exec?command=ls`, [V5], {
      ca,
      headers: { authorization: 'Bearer nobody-token' },
    });
    const status = await new Promise<number | undefined>((resolve) => {
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode));
      socket.on('error', () => undefined);
    });
    socket.terminate();

    expect(status).toBe(403);
  });
});

describe('attach', () => {
  it('shows what the container writes from now on, until it ends', async () => {
    const { client, control } = session;
    const spec = { containers: [{ name: 'web', image: 'app:ok-1' }] };
    await client.post(PODS, { metadata: { name: 'attached' }, spec });
    await client.until(`${PODS}/attached`, (body) => isReady(body as unknown as Pod));
    const speakAndEnd = async (): Promise<void> => {
      await control.writeLog({ namespace: 'default', pod: 'attached', container: 'web', lines: ['tick'] });
      await client.call('DELETE', `${PODS}/attached`);
    };

    const heard = await talk(`${PODS}/attached/attach?stdout=true`, [], [V5], () => void speakAndEnd());

    expect(heard.channels.get(1)).toBe('tick\n');
    expect(heard.channels.get(3)).toContain('Success');
  });
});

describe('proxy and metrics', () => {
  it('reach a Jolokia agent in a pod', async () => {
    const bean = encodeURIComponent('java.lang:type=Memory');
    const read = await session.client.get(`${PODS}/live:8778/proxy/jolokia/read/${bean}/HeapMemoryUsage`);
    const ask = async (...requests: object[]) => {
      const { text } = await session.client.post(`${PODS}/live:8778/proxy/jolokia`, requests);
      return JSON.parse(text) as { status: number; value: Record<string, unknown> }[];
    };
    const loggers = {
      mbean: 'org.apache.logging.log4j2:type=*,component=Loggers,name=*',
      attribute: 'Level',
    };
    const gc = { type: 'exec', mbean: 'x', operation: 'gc' };
    const [unknown, levels] = await ask(gc, { type: 'read', ...loggers });
    const [name = ''] = Object.keys(levels?.value ?? {}).filter((each) => each.includes('hibernate'));
    const changed = await ask(
      { type: 'write', mbean: name, attribute: 'Level', value: 'TRACE' },
      { type: 'read', mbean: name, attribute: 'Level' },
    );

    expect(at(read.body, 'value', 'used')).toBeGreaterThanOrEqual(104_857_600);
    expect(unknown?.status).toBe(404);
    expect(levels?.value[name]).toEqual({ Level: 'WARN' });
    expect(changed).toMatchObject([
      { status: 200, value: 'WARN' },
      { status: 200, value: 'TRACE' },
    ]);
  });

  it('tell what pods use', async () => {
    const { body } = await session.client.get('/apis/metrics.k8s.io/v1beta1/namespaces/default/pods');

    expect(listAt(body, 'items')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: 'PodMetrics',
          containers: [{ name: 'web', usage: { cpu: '50m', memory: '64Mi' } }],
        }),
      ]),
    );
  });
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findGkeCluster } from '../../../../../src/providers/kubernetes/connect/gke.js';
import { googleToken } from '../../../../../src/providers/kubernetes/connect/google-identity.js';
import { fixedToken } from '../../../../../src/providers/kubernetes/connect/token-source.js';

const ca = Buffer.from('CA').toString('base64');
const dns = { dnsEndpointConfig: { endpoint: 'x.europe-west3.gke.goog', allowExternalTraffic: true } };
const ip = { ipEndpointsConfig: { enabled: true, publicEndpoint: '1.2.3.4', privateEndpoint: '10.0.0.2' } };
const masterAuth = { clusterCaCertificate: ca };
const withEveryEndpoint = {
  status: 200,
  body: { masterAuth, controlPlaneEndpointsConfig: { ...dns, ...ip } },
};
const ofOlderForm = { status: 200, body: { endpoint: '1.2.3.4', masterAuth } };

let server: Server;
let api = '';
let answer: { status: number; body: unknown } = { status: 200, body: {} };
const asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, reply) => {
    asked.push(`${request.headers.authorization} ${request.url}`);
    reply.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const cluster = { project: 'shop', location: 'europe-west3', name: 'main' };
const { signal } = new AbortController();
const find = (endpoint?: 'dns' | 'private' | 'public') =>
  findGkeCluster({ ...cluster, ...(endpoint && { endpoint }) }, fixedToken('t'), signal, api);

describe('finding a GKE cluster', () => {
  it('prefers the DNS endpoint, whose certificate is of a public authority', async () => {
    answer = withEveryEndpoint;

    expect(await find()).toEqual({ server: 'https://x.europe-west3.gke.goog' });
    expect(asked.at(-1)).toBe('Bearer t /v1/projects/shop/locations/europe-west3/clusters/main');
  });

  it('takes the endpoint that is asked for, with the authority of the cluster', async () => {
    answer = withEveryEndpoint;

    expect(await find('private')).toEqual({ server: 'https://10.0.0.2', authority: 'CA' });
    expect(await find('public')).toEqual({ server: 'https://1.2.3.4', authority: 'CA' });
  });

  it('reads the older form of the answer', async () => {
    answer = ofOlderForm;

    expect(await find()).toEqual({ server: 'https://1.2.3.4', authority: 'CA' });
  });

  it('says which endpoints are open when the wanted one is not', async () => {
    answer = ofOlderForm;

    await expect(find('dns')).rejects.toThrow('no dns endpoint that is open; open are: public');
  });

  it('tells a refusal, which stays, from trouble, which passes', async () => {
    answer = { status: 403, body: { error: { message: 'Required permission container.clusters.get' } } };
    await expect(find()).rejects.toMatchObject({ name: 'AccessProblem' });

    answer = { status: 503, body: {} };
    await expect(find()).rejects.toMatchObject({ name: 'KubeConnectionError', sent: false });
  });

  it('opens the identity anew after its token was refused', async () => {
    let opened = 0;
    const tokens = googleToken(async () => {
      opened += 1;
      const mine = `token-${opened}`;
      return { accessToken: () => Promise.resolve(mine) };
    });

    expect([await tokens.token(signal), await tokens.token(signal)]).toEqual(['token-1', 'token-1']);
    tokens.refused('token-1');
    expect(await tokens.token(signal)).toBe('token-2');
  });
});

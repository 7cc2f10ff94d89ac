import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTickets, type Claims, type Purpose } from '../../../src/shared/live/ticket.js';
import { GATEWAY_KEY, LIVE, startLiveCluster, type LiveCluster } from '../../support/live-cluster.js';

const PURPOSES: readonly Purpose[] = ['pods', 'logs', 'jmx-read', 'jmx-write'];
const tickets = createTickets(GATEWAY_KEY);
let world: LiveCluster;
let pod = { name: '', uid: '', container: 'app' };
let stranger = '';
beforeAll(async () => {
  world = await startLiveCluster();
  await world.run('shop-api', { podLabels: { apollo_jolokia_port: '8778' } });
  await world.run('other', { podLabels: { apollo_jolokia_port: '8778' } });
  const [one] = await world.pods(1);
  pod = { name: one?.name ?? '', uid: one?.uid ?? '', container: 'app' };
  stranger = (await world.pods(1, '/v1/targets/other/staging/live'))[0]?.name ?? '';
  await world.api
    .call()
    .put('/v1/environments/staging')
    .send({ live: { exec: true } });
});
afterAll(() => world.close());

const claims = (purpose: Purpose, more: Partial<Claims> = {}): Claims => ({
  purpose,
  service: 'shop-api',
  environment: 'staging',
  person: { id: 'p', name: `matrix-${purpose}` },
  pod,
  ...more,
});

async function knock(purpose: string, ticket: string) {
  const answer = await fetch(`${world.gateway.url}/live/${purpose}`, {
    method: 'POST',
    headers: { authorization: `Beanpod-Ticket ${ticket}` },
    body: JSON.stringify(purpose.startsWith('jmx') ? { type: 'version' } : {}),
  });
  const code = answer.ok ? '' : ((await answer.json()) as { code: string }).code;
  await answer.body?.cancel().catch(() => undefined);
  return `${answer.status} ${code}`.trim();
}

const audited = async () => (await world.api.call().get('/v1/audit?limit=200')).text;

describe.each(PURPOSES)('the gateway, for %s', (purpose) => {
  test('takes a ticket once, and no forged, expired or other one; what it refuses is recorded', async () => {
    const good = tickets.issue(claims(purpose));
    const other: Purpose = purpose === 'pods' ? 'logs' : 'pods';
    const seen = {
      first: await knock(purpose, good),
      again: await knock(purpose, good),
      expired: await knock(purpose, tickets.issue(claims(purpose), Date.now() - 31_000)),
      tooLong: await knock(purpose, tickets.issue(claims(purpose), Date.now() + 60_000)),
      forged: await knock(purpose, createTickets(`${GATEWAY_KEY}x`).issue(claims(purpose))),
      other: await knock(purpose, tickets.issue(claims(other))),
      none: await knock(purpose, ''),
    };

    expect(seen).toEqual({
      first: '200',
      again: '403 live.ticket-refused',
      expired: '403 live.ticket-refused',
      tooLong: '403 live.ticket-refused',
      forged: '403 live.ticket-refused',
      other: '403 live.ticket-refused',
      none: '403 live.ticket-refused',
    });
    const log = await audited();
    expect(log).toContain(`matrix-${purpose}`);
    expect(log).toContain(`The ticket is for ${other}`);
    expect(log).toContain('The ticket was used before');
    expect(log).toContain('The ticket has expired');
  });
});

test('the gateway reaches no pod of another target and none that was replaced, whatever the ticket says', async () => {
  const elsewhere = claims('jmx-read', { pod: { ...pod, name: stranger } });
  const replaced = claims('jmx-read', { pod: { ...pod, uid: 'before' } });

  expect(await knock('jmx-read', tickets.issue(elsewhere))).toBe('409 live.pod-replaced');
  expect(await knock('jmx-read', tickets.issue(replaced))).toBe('409 live.pod-replaced');
  expect(await audited()).toContain('Another pod has taken the place');
});

test('the gateway lets a ticket to read write nothing', async () => {
  const answer = await fetch(`${world.gateway.url}/live/jmx-read`, {
    method: 'POST',
    headers: { authorization: `Beanpod-Ticket ${tickets.issue(claims('jmx-read'))}` },
    body: JSON.stringify([{ type: 'version' }, { type: 'exec', mbean: 'a:b=c', operation: 'gc' }]),
  });

  expect(answer.status).toBe(403);
});

const ROUTES = [
  ['get', 'pods', 'view', undefined],
  ['get', 'logs', 'logs', undefined],
  ['post', 'exec', 'exec', () => ({ pod: pod.name })],
  ['get', 'recordings', 'exec', undefined],
  ['get', 'operations', 'view', undefined],
  ['post', 'restart', 'restart', () => ({ reason: 'x' })],
  ['post', 'scale', 'scale', () => ({ replicas: 1, reason: 'x' })],
  ['get', 'pods/POD/jolokia', 'jmx-read', undefined],
  ['post', 'pods/POD/jolokia', 'jmx-read', () => ({ type: 'version' })],
] as const;

describe.each(ROUTES)('%s live/%s', (method, path, verb, body) => {
  test('is refused without the right, and with it on another service, and both are recorded', async () => {
    const address = `${LIVE}/${path.replace('POD', pod.name)}`;
    for (const rule of [{ verbs: ['deploy'] }, { verbs: [verb], service: 'other' }]) {
      const rules = [{ effect: 'allow', ...rule }];
      const name = `narrow-${path.replaceAll('/', '-')}-${rule.verbs[0]}`;
      const made = await world.api.call().post('/v1/tokens').send({ name, rules });
      const call = world.api.call(made.body.token)[method](address);
      const answer = await (body ? call.send(body()) : call);
      expect([answer.status, answer.body.code], address).toEqual([403, 'access.denied']);
      await expect.poll(audited).toContain(made.body.id);
    }
  });
});

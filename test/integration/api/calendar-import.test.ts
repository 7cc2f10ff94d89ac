import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BlockerView } from '../../../src/shared/contract/blocker.js';
import { useApi } from '../../support/api.js';
import { pointersOf, textWith } from '../../support/caller.js';

const api = useApi();
beforeAll(async () => {
  await api.start();
  await api.configure('shop', 'production');
  await api.call().put('/v1/environments/production').send({ tier: 'production' });
});
afterAll(() => api.stop());

const EVENT = `BEGIN:VEVENT
SUMMARY:Nobody works on Fridays
DTSTART;TZID=Europe/Warsaw:20200103T150000
DTEND;TZID=Europe/Warsaw:20200103T230000
RRULE:FREQ=WEEKLY
END:VEVENT
`;
const calendar = (events = EVENT) => `BEGIN:VCALENDAR\nVERSION:2.0\n${events}END:VCALENDAR\n`;

function post(query: string, text: string, type = 'text/calendar; charset=utf-8', token = api.token) {
  return api.call(token).post(`/v1/blockers/import/calendar?${query}`).set('content-type', type).send(text);
}

async function blockers(): Promise<readonly string[]> {
  const { text } = await api.call().get('/v1/blockers');
  return (JSON.parse(text) as { items: BlockerView[] }).items.map(({ blocker }) => blocker);
}

test('a calendar is shown by a dry run, taken over, and closes what it is about', async () => {
  const query = 'name=hr&tier=production&services=shop';
  const preview = await post(`${query}&dryRun=true`, calendar());
  expect(preview.status, preview.text).toBe(200);
  expect(preview.body).toMatchObject({ dryRun: true, past: 0, items: [{ blocker: textWith('hr-nobody') }] });
  expect(await blockers()).toEqual([]);

  const done = await post(query, calendar());
  expect(done.body).toMatchObject({ dryRun: false, items: preview.body.items });
  expect(await blockers()).toEqual(['hr-nobody-works-on-fridays']);
  const ask = { service: 'shop', environment: 'production', at: '2026-11-27T15:00:00Z' };
  expect((await api.call().post('/v1/blockers/check').send(ask)).body).toMatchObject({
    blocked: true,
    by: [{ because: textWith('Nobody works on Fridays'), clearsAt: '2026-11-27T22:00:00.000Z' }],
  });
});

test('one event that cannot be told keeps all of them out, by its line', async () => {
  const before = await blockers();
  const bad = calendar(`${EVENT}BEGIN:VEVENT\nSUMMARY:Odd\nDTSTART:20260101T000000Z\nEND:VEVENT\n`);
  const refused = await post('name=odd', bad);

  expect(refused.status).toBe(422);
  expect(refused.body).toMatchObject({ code: 'request.invalid' });
  expect(pointersOf(refused)).toEqual(['/line/9']);
  expect(await blockers()).toEqual(before);
});

test('what is no calendar, too large or not allowed is refused', async () => {
  expect((await post('', calendar(), 'application/json')).body).toMatchObject({ code: 'request.media-type' });
  expect((await post('', calendar(`X-A:${'x'.repeat(1_100_000)}\n`))).status).toBe(413);
  expect((await post('nonsense=1', calendar())).status).toBe(422);
  expect((await post('', '')).status).toBe(422);
  expect((await post('', `${'\n'.repeat(5)}BEGIN:VEVENT`)).status).toBe(422);
});

test('replaces no blocker that the caller may not edit', async () => {
  const rules = [{ effect: 'allow', verbs: ['view', 'edit'], service: 'shop' }];
  await api.call().put('/v1/roles/shop-editor').send({ rules });
  const { body } = await api.call().post('/v1/tokens').send({ name: 'ed', role: 'shop-editor' });
  await post('name=all', calendar());
  const before = await api.call().get('/v1/blockers/all-nobody-works-on-fridays');

  expect((await post('name=all', calendar(), 'text/calendar', body.token)).status).toBe(403);
  expect((await post('name=all&services=shop', calendar(), 'text/calendar', body.token)).status).toBe(403);
  expect((await post('name=own&services=shop', calendar(), 'text/calendar', body.token)).status).toBe(200);
  expect((await api.call().get('/v1/blockers/all-nobody-works-on-fridays')).body).toEqual(before.body);
});

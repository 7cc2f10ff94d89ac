import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { chromiumPath } from '../support/browser.js';
import { buildPage } from '../support/built-page.js';
import { looksRight } from '../support/page-look.js';
import { usePageWorld } from '../support/page-world.js';
import { useSignedInTab } from '../support/signed-in-tab.js';

const world = usePageWorld();
let page: Page;
let count = 0;
let service = '';
let name = '';

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  buildPage();
  await world.start();
}, 120_000);

afterAll(async () => {
  if (chromiumPath !== undefined) await world.stop();
});

beforeEach(async () => {
  if (chromiumPath === undefined) return;
  count += 1;
  service = `shop-${count}`;
  name = `freeze-${count}`;
  await world.configure(service, 'staging', ['1.1.0']);
});

useSignedInTab(world.api, (opened) => (page = opened));

beforeEach(async () => {
  if (chromiumPath === undefined) return;
  await page.goto(`${world.api.url}/blockers?target=${service}/staging`);
});

const button = (text: string | RegExp) => page.getByRole('button', { name: text });
const row = () => page.locator('.blocker-row', { hasText: name });
const stored = async () =>
  (await world.api.call().get(`/v1/blockers/${name}`)).body as unknown as { readonly blocker: string };
const put = async (blocker: object) => {
  const answer = await world.api.call().put(`/v1/blockers/${name}`).send(blocker);
  expect(answer.status, answer.text).toBe(201);
  await page.reload();
  await row().waitFor();
};

/** As a field for local time takes it. */
function localTime(at: number): string {
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

async function nameNewBlocker() {
  await button('New blocker').click();
  await page.getByLabel('Name').fill(name);
  await button('Go on').click();
}

describe.skipIf(chromiumPath === undefined)('on the page', () => {
  test('a freeze is set up by the clock, holds a deployment, and lets it start when the window opens', async () => {
    await nameNewBlocker();
    await page.getByLabel('Blocks').selectOption('By the clock');
    await page.getByLabel('Fri', { exact: true }).uncheck();
    await page.getByLabel(/^From/).fill('00:00');
    await page.getByLabel('Time zone').fill('Asia/Kathmandu');
    await page.getByLabel(/^Services/).fill(service);
    await page.getByLabel('Reason').fill('Christmas');
    await looksRight(page, 'blocker-editor');
    await page.getByLabel(/^Until/).fill(localTime(Date.now() + 3_600_000));
    await button('Save').click();

    await row().getByText('Closed', { exact: true }).waitFor();
    await row().getByText('opens').waitFor();
    await page.locator('.week-words').getByText(name).waitFor();
    const id = await world.deploy(service, 'staging', '1.1.0');
    await page.goto(`${world.api.url}/deployments/${id}`);
    await page.locator('.head-state').getByText('Held').waitFor();
    await page
      .locator('.obstacles')
      .getByText(/Christmas/)
      .waitFor();
    await page
      .locator('.obstacles')
      .getByText(/clears by itself in/)
      .waitFor();
    await looksRight(page, 'deployment-held');
    // Everything was seen: it may open.
    const { blocker: _, ...freeze } = await stored();
    const expiresAt = new Date(Date.now() + 2_000).toISOString();
    expect(
      (
        await world.api
          .call()
          .put(`/v1/blockers/${name}`)
          .send({ ...freeze, expiresAt })
      ).status,
    ).toBe(200);
    await page.locator('.head-state').getByText('Succeeded').waitFor({ timeout: 60_000 });
    await page.goto(`${world.api.url}/blockers`);
    await row().getByText('Over').waitFor();
  });

  test('a week shows when a target is closed, and a question says why', async () => {
    const friday = { zone: 'Europe/Warsaw', days: [5], from: '16:00', to: '23:59' };
    await put({ rule: { type: 'window', windows: [friday] }, scope: { services: [service] } });

    await row()
      .getByText(/^(Open|Closed)$/)
      .waitFor();
    await page.locator('.week-words').getByText(/Fri/).waitFor();
    expect(await page.locator('.week-days svg').count()).toBe(7);
    expect(await page.locator('.week-closed').count()).toBeGreaterThan(0);
    const simulator = page.getByRole('region', { name: 'Simulator' });
    await simulator.getByLabel(/^When/).fill(localTime(Date.parse('2027-01-01T18:00:00.000Z')));
    await simulator.getByRole('button', { name: 'Ask' }).click();
    await simulator.getByText('It would be held').waitFor();
    await simulator.getByText(`${name}: closed until`).waitFor();
    await looksRight(page, 'blockers-week');
    await simulator.getByLabel(/^When/).fill(localTime(Date.parse('2027-01-02T18:00:00.000Z')));
    await simulator.getByRole('button', { name: 'Ask' }).click();
    await simulator.getByText('Nothing would be in the way').waitFor();
  });

  test('what is in the way is said before the button, and set aside with a reason by who may', async () => {
    await put({ rule: { type: 'unconditional' }, scope: { services: [service] }, reason: 'Christmas' });
    await world.api
      .call()
      .put('/v1/environments/staging')
      .send({ approvals: { count: 1 } });
    await page.goto(`${world.api.url}/new?service=${service}&version=1.1.0&environment=staging`);
    await page.getByText('It will be held').waitFor();
    await page.getByText('It needs an approval').waitFor();
    await page.locator('.preview-steps').waitFor();
    await looksRight(page, 'new-deployment-blocked');
    await world.api.call().put('/v1/environments/staging').send({});
    await page.getByLabel(/^Reason to set the blockers aside/).fill('Customers cannot pay');
    await button('Deploy 1.1.0 to staging').click();

    await page.locator('.head-state').getByText('Succeeded').waitFor();
    await page.locator('.facts').getByText(`${name}: Customers cannot pay`).waitFor();
  });

  test('a blocker that somebody wrote by hand is changed in one place and keeps the rest', async () => {
    const written = {
      rule: {
        type: 'window',
        windows: [
          {
            zone: 'Europe/Warsaw',
            dates: [{ from: '2026-12-20', to: '2027-01-02', yearly: true }],
          },
        ],
      },
      scope: { services: [service], environments: ['staging'] },
      reason: 'Christmas',
      mode: 'reject',
      enabled: true,
      exempt: ['ada'],
    };
    await put(written);
    await button(`Edit ${name}`).click();

    await page.getByLabel('Reason').fill('Nobody is there');
    await button('Save').click();

    await row().getByText('Nobody is there').waitFor();
    expect(await stored()).toEqual({ blocker: name, ...written, reason: 'Nobody is there' });
  });

  test('what is not valid is named, and nothing is saved', async () => {
    await nameNewBlocker();
    await page.getByLabel('Blocks').selectOption('By the clock');
    await page.getByLabel('Time zone').fill('Europe/Atlantis');
    await page.getByLabel(/^Services/).fill('Not A Name');
    await button('Save').click();

    await page.locator('.violations li').first().waitFor();
    expect(await page.locator('.violations').innerText()).toContain('/scope/services/0');
    await page.getByLabel(/^Services/).fill(service);
    await button('Save').click();
    await page
      .locator('.violations')
      .getByText(/Atlantis|zone/)
      .first()
      .waitFor();
    expect((await world.api.call().get(`/v1/blockers/${name}`)).status).toBe(404);
  });

  test('a lock is off, in force, and gone, as somebody says', async () => {
    await put({ rule: { type: 'unconditional' }, scope: { services: [service] }, enabled: false });
    await row().getByText('Off', { exact: true }).waitFor();

    await button(`Edit ${name}`).click();
    await page.getByRole('checkbox', { name: 'In force' }).check();
    await button('Save').click();
    await row().getByText('In force').waitFor();
    await page.locator('.week').getByText('Held now').waitFor();

    await button(`Remove ${name}`).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: `Remove ${name}` })
      .click();
    await expect.poll(() => row().count()).toBe(0);
    await expect.poll(() => page.locator('.week').getByText('Held now').count()).toBe(0);
  });

  test('is taken from a calendar after a look at what its events become; what cannot be is refused with its line', async () => {
    await world.configure(service, 'production', ['1.1.0']);
    const calendar = (...lines: readonly string[]) => ({
      name: 'freeze.ics',
      mimeType: 'text/calendar',
      buffer: Buffer.from(
        ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:test', ...lines, 'END:VCALENDAR', ''].join('\r\n'),
      ),
    });
    const event = (uid: string, ...lines: readonly string[]) => [
      'BEGIN:VEVENT',
      `UID:${uid}`,
      'DTSTAMP:20260101T000000Z',
      'DTSTART;VALUE=DATE:20991220',
      'DTEND;VALUE=DATE:20991228',
      ...lines,
      'END:VEVENT',
    ];
    await button('Import a calendar').click();
    const dialog = page.getByRole('dialog');
    expect(
      await dialog.getByRole('button', { name: /^Look at it first/ }).getAttribute('aria-disabled'),
    ).toBe('true');
    await dialog
      .getByLabel('Calendar file')
      .setInputFiles(calendar(...event('a', 'SUMMARY:Odd', 'RRULE:FREQ=HOURLY')));
    await button(/^Look at it first/).click();
    await dialog.locator('.violations li').first().waitFor();

    await dialog.getByLabel('Calendar file').setInputFiles(calendar(...event('b', 'SUMMARY:Stocktaking')));
    await dialog.getByLabel('Names begin with').fill(name);
    await dialog.getByLabel('Environments').fill('production');
    await dialog.getByLabel('Time zone').fill('Europe/Warsaw');
    await button(/^Look at it first/).click();
    await dialog.getByText('These would be there').waitFor();
    await dialog.getByText('in production').waitFor();
    await looksRight(page, 'calendar-import');
    expect(
      await world.api
        .call()
        .get('/v1/blockers')
        .then(({ text }) => text),
    ).not.toContain('Stocktaking');
    await button('Import 1 blocker').click();

    await dialog.getByText('Imported 1 blocker').waitFor();
    await button('Done').click();
    await row().getByText('· Stocktaking').waitFor();
  });
});

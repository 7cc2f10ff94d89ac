import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { chromiumPath, seriousFindings } from '../support/browser.js';
import { buildPage } from '../support/built-page.js';
import { looksRight } from '../support/page-look.js';
import { usePageWorld } from '../support/page-world.js';
import { useSignedInTab } from '../support/signed-in-tab.js';

const VERSIONS = ['1.1.0', '1.2.0', '1.3.0-bad', '1.4.0-slow'];
const SERVICES = ['basket', 'checkout', 'search'];

const world = usePageWorld();
let page: Page;
let count = 0;
let environment = '';

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  buildPage();
  await world.start();
}, 120_000);

afterAll(async () => {
  if (chromiumPath !== undefined) await world.stop();
});

/** Each test has an environment of its own, in which three services run 1.1.0. */
beforeEach(async () => {
  if (chromiumPath === undefined) return;
  count += 1;
  environment = `shop-${count}`;
  for (const service of SERVICES) {
    await world.configure(service, environment, VERSIONS);
    await world.until(await world.deploy(service, environment, '1.1.0'), 'succeeded');
  }
}, 60_000);

useSignedInTab(world.api, (opened) => (page = opened));

const state = () => page.locator('.head-state .badge');
const member = (service: string) => page.locator('.member-row', { hasText: service });
const button = (name: string | RegExp) => page.getByRole('button', { name });

async function ask(onFailure: string, ...members: readonly (readonly [service: string, version: string])[]) {
  const body = {
    members: members.map(([service, version], order) => ({ service, environment, version, order })),
    onFailure,
    message: 'Release 42',
  };
  const answer = await world.api.call().post('/v1/releases').send(body);
  expect(answer.status, answer.text).toBe(202);
  await page.goto(`${world.api.url}/releases/${answer.body.id}`);
}

describe.skipIf(chromiumPath === undefined)('on the page, a release', () => {
  test('is put together from the services of an environment, and runs turn by turn', async () => {
    await page.goto(`${world.api.url}/environments/${environment}`);
    await page.getByRole('link', { name: 'New release' }).click();
    await page.getByLabel('Version of basket').fill('1.2.0');
    await page.getByLabel('Version of checkout').fill('1.4.0-slow');
    await page.getByLabel('Turn of checkout').fill('2');
    await page.getByRole('checkbox', { name: 'search' }).uncheck();
    await page.getByLabel('Message').fill('Release 41');
    expect(await seriousFindings(page)).toEqual([]);
    await button(`Deploy 2 to ${environment}`).click();

    await page.getByRole('heading', { name: 'Release 41' }).waitFor();
    await member('basket').getByText('Succeeded').waitFor();
    await member('checkout').getByText('Deploying').waitFor();
    await page.getByText('1 of 2 succeeded').waitFor();
    expect(await page.locator('.release-turn h2').allInnerTexts()).toEqual([
      expect.stringMatching(/Turn 1\s+starts at once/),
      expect.stringMatching(/Turn 2\s+after turn 1 has ended/),
    ]);
    await looksRight(page, 'release');
    world.letGo('checkout', environment);
    await state().getByText('Succeeded').waitFor();
    await page.getByRole('link', { name: 'Releases' }).first().click();
    await page.locator('.release-row').getByText('Release 41').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  test('takes back what had succeeded when a member fails, and says so for each', async () => {
    await ask('rollback', ['basket', '1.2.0'], ['checkout', '1.3.0-bad'], ['search', '1.2.0']);

    await state().getByText('Rolled back').waitFor({ timeout: 30_000 });

    expect(await member('basket').innerText()).toMatch(/Succeeded[^]*taken back:[^]*Succeeded/);
    expect(await member('checkout').innerText()).toMatch(/Rolled back/);
    expect(await member('search').innerText()).toMatch(/Not started/);
    await looksRight(page, 'release-rolled-back');
    await member('checkout').getByText('Rolled back').click();
    await page.locator('.facts').getByRole('link', { name: /^01/ }).waitFor();
  });

  test('is stopped with a reason: what runs is cancelled, the rest never starts', async () => {
    await ask('stop', ['basket', '1.4.0-slow'], ['search', '1.2.0']);
    await member('basket').getByText('Deploying').waitFor();
    await button('Stop the release').click();

    await page.getByLabel('Reason').fill('Wrong version');
    await button('Stop it').click();

    await state().getByText('Cancelled').waitFor();
    await member('basket').getByText('Rolled back').waitFor();
    await member('search').getByText('Not started').waitFor();
  });

  test('goes through several environments in their order, from what was picked on the board, with a preview', async () => {
    const next = `${environment}-next`;
    for (const service of ['basket', 'search']) await world.configure(service, next, VERSIONS);
    await world.api
      .call()
      .put('/v1/blockers/quiet')
      .send({ rule: { type: 'unconditional' }, scope: { environments: [next] }, reason: 'Nobody is there' });
    await page.goto(world.api.url);
    await button('Pick for a release').click();
    for (const place of [`basket in ${environment}`, `basket in ${next}`])
      await page.getByRole('checkbox', { name: `Pick ${place}`, exact: true }).check();
    await looksRight(page, 'board-picking');

    await page.getByRole('link', { name: 'New release of 2' }).click();
    for (const place of [environment, next])
      await page.getByLabel(`Version of basket in ${place}`, { exact: true }).fill('1.2.0');
    expect(await page.getByLabel(`Turn of basket in ${next}`).inputValue()).toBe('2');
    expect(await page.getByRole('checkbox', { checked: true, name: /basket/ }).count()).toBe(2);
    await page.getByText(/held: .*Nobody is there/).waitFor();
    await button('What would happen').click();
    await page
      .getByLabel(`Preview for ${environment}`, { exact: true })
      .getByText('Update the environment')
      .waitFor();
    await page.getByLabel(`Preview for ${next}`, { exact: true }).getByText('It will be held').waitFor();
    await page.getByLabel('When one fails').selectOption('Take all of them back');
    await looksRight(page, 'new-release');
    await button('Deploy 2 to 2 environments').click();

    await member('basket').first().getByText('Succeeded').waitFor();
    await member('basket').nth(1).getByText('Held').waitFor();
    await world.api.call().delete('/v1/blockers/quiet');
    await state().getByText('Succeeded').waitFor({ timeout: 30_000 });
    expect(await page.locator('.release-turn h2').count()).toBe(2);
  });

  test('that could not be carried out is refused by the names of its services', async () => {
    await page.goto(`${world.api.url}/releases/new?to=${environment}`);
    await page.getByLabel('Version of search').fill('9.9.9');
    await button(/^Deploy \d to/).click();

    await page.locator('.violations').getByText('search').waitFor();
  });

  test('brings an environment back to what a snapshot shows', async () => {
    await world.until(await world.deploy('basket', environment, '1.2.0'), 'succeeded');
    await world.until(await world.deploy('search', environment, '1.2.0'), 'succeeded');
    await page.goto(`${world.api.url}/environments/${environment}`);
    await page.locator('.running-row', { hasText: 'basket' }).getByText('1.2.0', { exact: true }).waitFor();
    await page
      .getByRole('radio', { name: /^Compare/ })
      .nth(2)
      .check();
    const changes = page.locator('.comparison-table tbody tr', { hasText: 'other version' });
    await expect.poll(() => changes.count()).toBe(2);
    await looksRight(page, 'environment-compared');

    await button(/^Restore [0-9a-f]{8}/).click();
    await page.getByLabel('Reason').fill('Back to what worked');
    await button('Restore the environment').click();

    await page.getByRole('heading', { name: 'Back to what worked' }).waitFor();
    await state().getByText('Succeeded').waitFor();
    expect(await page.locator('.member-row').allInnerTexts()).toEqual([
      expect.stringMatching(/Succeeded[^]*basket[^]*1\.1\.0/),
      expect.stringMatching(/Succeeded[^]*search[^]*1\.1\.0/),
    ]);
    await page.goto(`${world.api.url}/environments/${environment}`);
    await page.getByText('same as above').waitFor();
  });
});

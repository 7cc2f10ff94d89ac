import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { chromiumPath, seriousFindings, signIn } from '../support/browser.js';
import { buildPage } from '../support/built-page.js';
import { usePageWorld } from '../support/page-world.js';
import { useSignedInTab } from '../support/signed-in-tab.js';

const world = usePageWorld();
let page: Page;
let count = 0;
let service = '';

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
  await world.configure(service, 'staging', ['1.1.0', '1.2.0', '1.3.0-bad', '1.4.0-slow']);
});

useSignedInTab(world.api, (opened) => (page = opened));

/** What the browser was given to show beside the page. */
const REMEMBER_NOTIFICATIONS = `window.told = [];
window.Notification = class extends Notification {
  constructor(title, options) {
    super(title, options);
    window.told.push(title + ': ' + options.body);
  }
};`;
const state = () => page.locator('.head-state .badge');
const button = (name: string | RegExp) => page.getByRole('button', { name });
const deployed = async (version: string) =>
  world.until(await world.deploy(service, 'staging', version), 'succeeded', 'rolled_back');

describe.skipIf(chromiumPath === undefined)('on the page', () => {
  test('a version is deployed in three clicks after a look at what would happen, and its steps and log are live', async () => {
    await page.getByRole('link', { name: `Deploy ${service} to staging` }).click();
    await page.getByText('1.1.0', { exact: true }).click();
    await page.locator('.preview-steps').getByText('Update the environment').waitFor();
    await page.getByText('A rollback would go back to').waitFor();
    await button('Deploy 1.1.0 to staging').click();

    await page.getByRole('heading', { name: `${service} → staging` }).waitFor();
    await state().getByText('Succeeded').waitFor();
    await page.locator('.step.is-done').getByText('Verify health').waitFor();
    await page.getByText('1.1.0 runs and is healthy').waitFor();
    await page.getByText(/complete · \d+ lines/).waitFor();
    await expect.poll(() => page.title()).toBe(`✓ ${service} → staging 1.1.0 · Beanpod`);
    expect(await page.locator('link[rel=icon]').getAttribute('href')).toContain(
      encodeURIComponent('#16a34a'),
    );
  });

  test('a bad version shows its reason on the step that failed, and what runs again', async () => {
    await deployed('1.1.0');
    const id = await world.deploy(service, 'staging', '1.3.0-bad');
    await page.goto(`${world.api.url}/deployments/${id}`);

    await state().getByText('Rolled back').waitFor();

    const failed = page.locator('.step.is-failed');
    expect(await failed.innerText()).toMatch(/Verify health[^]*2 of 3 instances are Severe/);
    expect(await page.locator('.note').allInnerTexts()).toEqual([
      expect.stringContaining('100 % of the requests fail'),
      expect.stringContaining('1.1.0 on 3 instances runs again'),
    ]);
    await page.locator('.log-row.is-error').getByText("Cannot find module './checkout'").waitFor();
    await failed.getByRole('button').click();
    await page.locator('.log-row.is-marked').getByText('Verifying: health').waitFor();
  });

  test('a running deployment is stopped with a reason, and the next one starts', async () => {
    await deployed('1.1.0');
    const slow = await world.deploy(service, 'staging', '1.4.0-slow');
    await world.until(slow, 'deploying');
    const next = await world.deploy(service, 'staging', '1.2.0');
    await page.goto(`${world.api.url}/deployments/${next}`);
    await page.getByText(/is before it on the target/).click();
    await button('Cancel and roll back').click();

    await page.getByLabel('Reason').fill('Wrong version');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel and roll back' }).click();

    await state().getByText('Rolled back').waitFor();
    await page
      .getByText(/Wrong version/)
      .first()
      .waitFor();
    await world.until(next, 'succeeded');
  });

  test('an older version is rolled back to, with a reason, from the history of the target', async () => {
    await deployed('1.1.0');
    await deployed('1.2.0');
    await page.goto(`${world.api.url}/targets/${service}/staging`);
    await button('Roll back to 1.1.0').hover();
    await page.locator('.history-row.is-undone').getByText('1.2.0').waitFor();
    await button('Roll back to 1.1.0').click();
    await page.getByRole('dialog').getByText('Not brought back:').waitFor();

    await page.getByLabel('Reason').fill('Customers cannot pay');
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back to 1.1.0' }).click();

    await state().getByText('Succeeded').waitFor();
    await page.getByText('Customers cannot pay').first().waitFor();
    await page.goto(`${world.api.url}/targets/${service}/staging`);
    await page.locator('.head-state').getByText('1.1.0').waitFor();
  });

  test('a deployment is held by a blocker, says so, and starts by itself when the blocker ends', async () => {
    const until = new Date(Date.now() + 8_000).toISOString();
    const freeze = {
      rule: { type: 'unconditional' },
      scope: { services: [service] },
      reason: 'Freeze',
      expiresAt: until,
    };
    expect((await world.api.call().put(`/v1/blockers/freeze-${service}`).send(freeze)).status).toBe(201);

    const id = await world.deploy(service, 'staging', '1.1.0');
    await page.goto(`${world.api.url}/deployments/${id}`);

    await state().getByText('Held').waitFor();
    await page
      .locator('.obstacles')
      .getByText(/Freeze|freeze/)
      .first()
      .waitFor();
    await state().getByText('Succeeded').waitFor({ timeout: 60_000 });
  });

  test('a deployment that waits for people is approved of by somebody else, and starts', async () => {
    await world.configure(service, `guarded-${count}`);
    await world.api
      .call()
      .put(`/v1/environments/guarded-${count}`)
      .send({ approvals: { count: 1 } });
    const id = await world.deploy(service, `guarded-${count}`, '1.1.0');
    const { body } = await world.api.call().post('/v1/tokens').send({ name: 'grace', role: 'admin' });
    await button('Sign out').click();
    await signIn(page, body.token);
    await page.goto(`${world.api.url}/deployments/${id}`);
    await state().getByText('Held').waitFor();

    await button('Approve').click();
    await page.getByLabel('Reason').fill('Tried it on staging');
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();

    await state().getByText('Succeeded').waitFor();
    await page.getByText('Tried it on staging').first().waitFor();
  });

  test('two moments of an environment are compared', async () => {
    await deployed('1.1.0');
    await deployed('1.2.0');
    await page.goto(`${world.api.url}/environments/staging`);

    await page
      .getByRole('radio', { name: /^Compare/ })
      .nth(1)
      .check();

    const row = page.locator('.comparison-table tr', { hasText: service });
    await row.getByText('other version').waitFor();
    expect(await row.innerText()).toMatch(/1\.1\.0\s+1\.2\.0/);
    expect(page.url()).toContain('from=');
  });

  test('settings that are not valid are refused with every place that is wrong', async () => {
    await page.goto(`${world.api.url}/targets/${service}/staging?view=configuration`);
    const field = page.getByLabel('Settings, as JSON');
    await field.fill('{"provider":"elastic-beanstalk","spec":{"application":7},"polcy":{}}');
    await button('Save').click();

    await page.locator('.violations li').first().waitFor();
    expect(await page.locator('.violations').innerText()).toMatch(/\/polcy/);
    await field.fill('{"provider"');
    await page
      .getByText(/This is not JSON/)
      .first()
      .waitFor();
    expect(await button(/^Save/).getAttribute('aria-disabled')).toBe('true');
  });

  test('the list is filtered by its address, and is live', async () => {
    await page.goto(`${world.api.url}/deployments?service=${service}&show=running`);
    await page.getByText('No deployment fits the filter').waitFor();

    const id = await world.deploy(service, 'staging', '1.4.0-slow');
    await page.locator('.deployment-row').getByText('Update the environment').waitFor();
    world.letGo(service, 'staging');
    await world.until(id, 'succeeded');

    await page.getByText('No deployment fits the filter').waitFor();
    await button('All').click();
    await page.locator('.deployment-row').getByText('Succeeded').waitFor();
    expect(page.url()).not.toContain('show=');
  });

  test('everything is reached by the keyboard', async () => {
    await deployed('1.1.0');
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.getByRole('heading', { name: 'Deployments' }).waitFor();
    await page.locator('.deployment-row').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /→/ }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('Control+k');
    await page.keyboard.type(`${service} staging`);
    await page.getByRole('option', { name: `${service} in staging` }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'New deployment' }).waitFor();
    await page.goBack();
    await page.locator('.step').first().waitFor();
    await page.keyboard.press('/');
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Search the log');
  });

  test('the browser tells how a deployment ended, whatever is looked at meanwhile, once somebody asked for it', async () => {
    await page.context().grantPermissions(['notifications']);
    await page.addInitScript(REMEMBER_NOTIFICATIONS);
    const slow = await world.deploy(service, 'staging', '1.4.0-slow');
    await page.goto(`${world.api.url}/deployments/${slow}`);
    await button('Notify me').click();
    await button(/^You will be notified/).waitFor();

    await page.getByRole('link', { name: 'Insights' }).click();
    world.letGo(service, 'staging');

    await expect
      .poll(() => page.evaluate('window.told'))
      .toEqual([`${service} → staging 1.4.0-slow: Succeeded`]);
  });

  test('the queue, the settings of the access and a new release are reached and used by the keyboard', async () => {
    await deployed('1.1.0');
    const slow = await world.deploy(service, 'staging', '1.4.0-slow');
    await world.until(slow, 'deploying');
    await world.deploy(service, 'staging', '1.2.0');
    await page.keyboard.press('g');
    await page.keyboard.press('q');
    await page.getByRole('heading', { name: 'Queue and workers' }).waitFor();
    await page
      .locator('.waiting-deployment')
      .getByText(/is before it on the target/)
      .waitFor();
    await page.locator('.worker-row').getByText('takes deployments').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: `${service} → staging` }).waitFor();

    for (const [name, heading] of [
      ['People', 'Add a person'],
      ['Roles', 'New role'],
    ] as const) {
      await page.keyboard.press('Control+k');
      await page.keyboard.type(name);
      await page.keyboard.press('Enter');
      await button(heading).focus();
      await page.keyboard.press('Enter');
      await page.getByLabel(/^Name/).first().waitFor();
      expect(await page.evaluate('document.activeElement.tagName')).toBe('INPUT');
      await page.keyboard.press('Escape');
    }

    await page.goto(`${world.api.url}/releases/new`);
    await page.getByRole('checkbox', { name: 'staging' }).focus();
    await page.keyboard.press('Space');
    await page.getByLabel(`Version of ${service} in staging`).focus();
    await page.keyboard.type('x');
    await button(/^What would happen/).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Preview for staging').first().waitFor();
    world.letGo(service, 'staging');
    await world.until(slow, 'succeeded');
  });

  test('who may only look sees why the buttons do nothing; who is no longer known is asked again and keeps the page', async () => {
    const { body } = await world.api.call().post('/v1/tokens').send({ name: 'guest', role: 'view' });
    const id = await world.deploy(service, 'staging', '1.4.0-slow');
    await button('Sign out').click();
    await signIn(page, body.token);
    await page.goto(`${world.api.url}/deployments/${id}`);

    const cancel = button(/^Cancel/);
    expect(await cancel.getAttribute('aria-disabled')).toBe('true');
    expect(await cancel.innerText()).toMatch(/You lack the right cancel/);
    await cancel.click({ force: true });
    expect(await page.getByRole('dialog').count()).toBe(0);

    await world.api.call().delete(`/v1/tokens/${body.id}`);
    await page.getByText('Your session has ended').waitFor();
    expect(await page.getByRole('heading', { name: `${service} → staging` }).count()).toBe(1);
    await page.getByLabel('Access token').fill(world.api.token);
    await button('Sign in').click();
    await expect.poll(() => page.getByText('Your session has ended').count()).toBe(0);
    await page.locator('.step').first().waitFor();
  });
});

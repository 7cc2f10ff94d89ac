import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { chromiumPath, signIn } from '../support/browser.js';
import { buildPage } from '../support/built-page.js';
import { looksRight } from '../support/page-look.js';
import { useApi } from '../support/api.js';
import { useSignedInTab } from '../support/signed-in-tab.js';

const api = useApi();
let page: Page;

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  buildPage();
  await api.start();
  await api.configure('shop-api', 'staging');
  await api.configure('shop-api', 'production');
}, 120_000);

afterAll(async () => {
  if (chromiumPath !== undefined) await api.stop();
});

useSignedInTab(api, (opened) => (page = opened));

const button = (name: string | RegExp) => page.getByRole('button', { name });
const dialog = () => page.getByRole('dialog');
const open = (part: string) => page.goto(`${api.url}/settings/${part}`);
const rulesOf = async (role: string) =>
  ((await api.call().get(`/v1/roles/${role}`)).body as { rules?: unknown }).rules;
const PASSWORD = 'correct horse battery staple';

describe.skipIf(chromiumPath === undefined)('on the page, an administrator', () => {
  test('adds a person, who chooses a password with the invitation, signs in, and is kept out again', async () => {
    await open('people');
    await page.getByText('Nobody is known by name yet').waitFor();
    await button('Add a person').click();
    await dialog().getByLabel(/^Name/).fill('Ada Lovelace');
    await dialog().getByRole('button', { name: 'Save' }).click();
    const wrong = dialog().locator('.field', { hasText: 'Name' }).locator('.field-error');
    await wrong.waitFor();
    expect((await api.call().get('/v1/people')).body.items).toEqual([]);
    await dialog().getByLabel(/^Name/).fill('ada@example.com');
    await dialog().getByRole('checkbox', { name: 'deploy', exact: true }).check();
    await dialog().getByLabel('Groups').fill('shop, platform');
    await dialog().getByRole('button', { name: 'Save' }).click();
    const row = page.locator('.person-row', { hasText: 'ada@example.com' });
    await row.getByText('deploy · in shop, platform').waitFor();
    await button('Invite ada@example.com').click();
    const secret = await page.locator('.fresh-token code').innerText();
    await looksRight(page, 'people');

    await button('Sign out').click();
    await button('Use an invitation').click();
    await page.getByLabel('Invitation').fill(secret);
    await page.getByLabel('New password').fill('too short');
    await button('Choose the password').click();
    await page.locator('.field', { hasText: 'New password' }).locator('.field-error').waitFor();
    await page.getByLabel('New password').fill(PASSWORD);
    await button('Choose the password').click();
    await page.getByText('The password counts from now on').waitFor();
    await page.getByLabel('Name').fill('ada@example.com');
    await page.getByLabel('Password').fill(PASSWORD);
    await button('Sign in').click();
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await page.locator('.who-name').innerText()).toBe('ada@example.com');

    const disabled = { roles: ['deploy'], disabled: true };
    expect((await api.call().put('/v1/people/ada@example.com').send(disabled)).status).toBe(200);
    await page.getByText('Your session has ended').waitFor();
  });

  test('disables and removes people, and sees it', async () => {
    await api
      .call()
      .put('/v1/people/grace@example.com')
      .send({ roles: ['view'] });
    await open('people');
    await button('Edit grace@example.com').click();
    await dialog().getByRole('checkbox', { name: 'Keep them out' }).check();
    await dialog().getByRole('button', { name: 'Save' }).click();
    const row = page.locator('.person-row', { hasText: 'grace@example.com' });
    await row.getByText('disabled').waitFor();

    await button('Remove grace@example.com').click();
    await dialog().getByRole('button', { name: 'Remove grace@example.com' }).click();

    await expect.poll(() => row.count()).toBe(0);
    expect((await api.call().get('/v1/people/grace@example.com')).status).toBe(404);
  });

  test('writes a role as a matrix by the keyboard, and asks who may what and why', async () => {
    await open('roles');
    await button('New role').click();
    await page.getByLabel('Name', { exact: false }).first().fill('shop-team');
    await page.getByLabel('What it is for').fill('Deploys the shop, production excepted');
    const cell = (name: string) => page.getByRole('button', { name });
    await cell('deploy on everything: not said; press to change').focus();
    await page.keyboard.press('Enter');
    await cell('deploy on everything: allow; press to change').waitFor();
    await page.getByLabel('Environment of a new place').fill('production');
    await button('Add the place').click();
    const inProduction = 'deploy on every service in production';
    await cell(`${inProduction}: not said; press to change`).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await cell(`${inProduction}: deny; press to change`).waitFor();
    await looksRight(page, 'role-matrix');
    await button('Save the role').click();
    await page.locator('.role-row', { hasText: 'shop-team' }).waitFor();

    expect(await rulesOf('shop-team')).toEqual([
      { effect: 'deny', verbs: ['deploy'], service: '*', environment: 'production' },
      { effect: 'allow', verbs: ['view', 'logs', 'deploy'], service: '*', environment: '*' },
    ]);
    await api
      .call()
      .put('/v1/people/joe@example.com')
      .send({ roles: ['shop-team'] });
    await open('may?person=joe@example.com&service=shop-api&environment=production');
    await page.getByText('joe@example.com may not deploy there').waitFor();
    await page.getByText('role shop-team decided: deny deploy on every service in production').waitFor();
    await looksRight(page, 'who-may-what');
    await page.getByLabel('in environment').fill('staging');
    await page.getByText('joe@example.com may deploy there').waitFor();
    await page.getByRole('combobox', { name: /^do/ }).selectOption('exec');
    await page.getByText('No rule speaks of it').waitFor();
    await page.getByLabel('in environment').fill('No Such Place');
    await page.locator('.field', { hasText: 'in environment' }).locator('.field-error').waitFor();
  });

  test('changes a role, and is told at the rules what is wrong with them', async () => {
    await api
      .call()
      .put('/v1/roles/crowd')
      .send({ rules: [{ effect: 'allow', verbs: ['view'] }] });
    await open('roles');
    await button('Edit crowd').click();
    await page.getByLabel('Service of a new place').fill('Not A Service');
    await button('Add the place').click();
    await page.getByRole('button', { name: /^view on Not A Service in every environment/ }).click();
    await button('Save the role').click();
    await page.locator('.role-form .note.tone-bad').waitFor();
    expect(await rulesOf('crowd')).toHaveLength(1);

    await button('Remove Not A Service in every environment').click();
    await page.getByRole('button', { name: /^logs on everything/ }).click();
    await button('Save the role').click();

    await expect.poll(() => page.locator('.role-form').count()).toBe(0);
    expect(await rulesOf('crowd')).toEqual([
      { effect: 'allow', verbs: ['view', 'logs'], service: '*', environment: '*' },
    ]);
    await button('Edit crowd').click();
    await button('Remove crowd').click();
    await dialog().getByRole('button', { name: 'Remove crowd' }).click();
    await expect.poll(() => page.locator('.role-row', { hasText: 'crowd' }).count()).toBe(0);
  });

  test('adds a service account and gives it a token with rules of its own', async () => {
    await open('accounts');
    await button('New service account').click();
    await dialog().getByLabel(/^Name/).fill('ci-bot');
    await dialog().getByLabel('What works under this name').fill('Nightly jobs');
    await dialog().getByRole('checkbox', { name: 'deploy', exact: true }).check();
    await dialog().getByRole('button', { name: 'Save' }).click();
    await page.locator('.account-row', { hasText: 'ci-bot' }).getByText('Nightly jobs').waitFor();
    await looksRight(page, 'service-accounts');

    await page.goto(`${api.url}/settings`);
    await button('New token').click();
    await dialog().getByLabel('Who uses it').fill('jenkins');
    await dialog().getByLabel('Whose it is').selectOption('ci-bot');
    await dialog().getByLabel('Role').selectOption('own rules');
    await looksRight(page, 'new-token');
    await dialog().getByRole('button', { name: 'Make the token' }).click();

    await page.getByText('The token jenkins is shown this once').waitFor();
    const { items } = (await api.call().get('/v1/tokens')).body;
    expect(items).toEqual([
      expect.objectContaining({
        name: 'jenkins',
        owner: { kind: 'service-account', name: 'ci-bot' },
        rules: [{ effect: 'allow', verbs: ['view'], service: '*', environment: '*' }],
      }),
    ]);
  });

  test('trusts CI runs by their claims', async () => {
    await open('trusts');
    await button('New trust').click();
    await dialog().getByLabel(/^Name/).fill('shop-pipeline');
    await dialog().getByLabel('Claims').fill('repository_id');
    await dialog().getByText('is not of the form name=value').first().waitFor();
    await dialog().getByLabel('Claims').fill('ref=refs/heads/main');
    await dialog().getByRole('checkbox', { name: 'deploy', exact: true }).check();
    await dialog().getByRole('button', { name: 'Save' }).click();
    await dialog().locator('.field', { hasText: 'Claims' }).locator('.field-error').waitFor();
    await dialog().getByLabel('Claims').fill('repository_id=123456\nref=refs/heads/main');
    await dialog().getByRole('button', { name: 'Save' }).click();

    await page.locator('.trust-row', { hasText: 'repository_id=123456' }).waitFor();
    await looksRight(page, 'trusts');
    await button('Remove shop-pipeline').click();
    await dialog().getByRole('button', { name: 'Remove shop-pipeline' }).click();
    await page.getByText('No CI run is trusted yet').waitFor();
  });
});

test.skipIf(chromiumPath === undefined)(
  'on the page, somebody without the right reads why, and may still ask about themselves',
  async () => {
    const made = await api.call().post('/v1/tokens').send({ name: 'guest', role: 'view' });
    await button('Sign out').click();
    await signIn(page, made.body.token);

    await open('people');
    expect(await button(/^Add a person/).innerText()).toContain('You lack the right admin');
    await page.getByText(/lacks the right admin/).waitFor();
    await open('may?service=shop-api&environment=staging');
    await page.getByText('guest may not deploy there').waitFor();
    await page.goto(`${api.url}/queue`);
    await page.getByText('Their names are for administrators').waitFor();
  },
);

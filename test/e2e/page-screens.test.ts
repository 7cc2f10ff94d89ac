import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { chromiumPath, openBrowser, openTab, seriousFindings, signIn } from '../support/browser.js';
import { buildPage } from '../support/built-page.js';
import { pictureOf } from '../support/page-look.js';
import { usePageWorld } from '../support/page-world.js';

const world = usePageWorld({ BEANPOD_ENCRYPTION_KEYS: `k1:${'A'.repeat(43)}=` });
let browser: Browser;
const ids: Record<string, string> = {};

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  buildPage();
  await world.start();
  browser = await openBrowser();
  await fill();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  if (chromiumPath !== undefined) await world.stop();
});

const FREEZE = {
  rule: { type: 'window', windows: [{ zone: 'Europe/Warsaw', days: [5], from: '16:00', to: '23:59' }] },
  scope: { environments: ['production'] },
  reason: 'Nobody is there to look after it',
};

const HOOK = {
  sender: 'github',
  secrets: ['it-takes-sixteen-characters'],
};

const TRUST = {
  issuer: 'https://token.actions.githubusercontent.com',
  claims: { repository_id: '123456', ref: 'refs/heads/main' },
  roles: ['deploy'],
};

const SUBSCRIPTION = {
  channel: { type: 'webhook', url: 'https://chat.example.com/beanpod', secret: 'env:CHAT_SECRET' },
  environments: ['production'],
};

async function put(path: string, settings: object): Promise<void> {
  const { status, text } = await world.api.call().put(path).send(settings);
  if (status >= 300) throw new Error(`${path} was refused: ${text}`);
}

/** What a small installation looks like on an ordinary day. */
async function fill(): Promise<void> {
  const versions = ['2.3.0', '2.4.0', '2.5.0-bad', '2.6.0-slow'];
  for (const environment of ['staging', 'production'])
    for (const service of ['shop-api', 'shop-web', 'billing'])
      await world.configure(service, environment, versions);
  await world.configure('search', 'staging', ['0.9.0']);
  for (const [service, environment, version] of [
    ['shop-api', 'staging', '2.3.0'],
    ['shop-api', 'staging', '2.4.0'],
    ['shop-web', 'staging', '2.4.0'],
    ['shop-api', 'production', '2.3.0'],
    ['billing', 'production', '2.3.0'],
  ] as const)
    await world.until(await world.deploy(service, environment, version), 'succeeded');
  ids['bad'] = await world.deploy('shop-web', 'staging', '2.5.0-bad');
  await world.until(ids['bad'], 'rolled_back');
  ids['slow'] = await world.deploy('shop-api', 'staging', '2.6.0-slow');
  ids['queued'] = await world.deploy('shop-api', 'staging', '2.4.0');
  ids['held'] = await world.deploy('billing', 'staging', '2.4.0', {
    notBefore: new Date(Date.now() + 3_600_000).toISOString(),
  });
  await world.until(ids['slow'], 'deploying');
  await world.api.call().post('/v1/tokens').send({ name: 'jenkins', role: 'deploy' });
  await put('/v1/blockers/friday-evening', FREEZE);
  await put('/v1/hooks/github', HOOK);
  await put('/v1/subscriptions/team', SUBSCRIPTION);
  await put('/v1/people/ada@example.com', { roles: ['admin'], groups: ['platform'] });
  await put('/v1/service-accounts/ci-bot', { roles: ['deploy'], description: 'Nightly jobs' });
  await put('/v1/trusts/shop-pipeline', TRUST);
}

/** Name of the picture, address, and what shows that the screen is there. */
const SCREENS: readonly (readonly [string, () => string, string])[] = [
  ['board', () => '/', '.cell-news'],
  ['deployments', () => '/deployments', '.deployment-row'],
  ['deployment-running', () => `/deployments/${ids['slow']}`, '.step.is-running'],
  ['deployment-rolled-back', () => `/deployments/${ids['bad']}`, '.log-row.is-error'],
  ['deployment-queued', () => `/deployments/${ids['queued']}`, '.obstacles li'],
  ['new-deployment', () => '/new?service=shop-web&version=2.4.0&environment=production', '.preview p'],
  ['target', () => '/targets/shop-api/staging', '.history-row'],
  ['target-configuration', () => '/targets/shop-api/staging?view=configuration', 'textarea'],
  ['environment', () => '/environments/staging', '.rows tbody tr'],
  ['services', () => '/services', '.service-row'],
  ['versions', () => '/services/shop-api', '.version-row'],
  ['blockers', () => '/blockers', '.blocker-row'],
  ['insights', () => '/insights?days=7', '.key-figure'],
  ['tokens', () => '/settings', '.token-row'],
  ['roles', () => '/settings/roles', '.role-row'],
  ['configuration', () => '/settings/configuration', '.configuration-row'],
  ['targets', () => '/settings/targets', '.connection-target'],
  ['hooks', () => '/settings/hooks', '.named'],
  ['notices', () => '/settings/notices', '.named'],
  ['queue', () => '/queue', '.waiting-deployment'],
  ['people', () => '/settings/people', '.person-row'],
  ['service-accounts', () => '/settings/accounts', '.account-row'],
  ['trusts', () => '/settings/trusts', '.trust-row'],
  ['who-may-what', () => '/settings/may?service=shop-api&environment=staging', '.note'],
  ['audit', () => '/settings/audit', '.audit-row'],
];

/** Opens a screen, and waits until it is drawn and current. */
async function visit(page: Page, path: string, sight: string): Promise<void> {
  await page.goto(`${world.api.url}${path}`);
  await page.locator(sight).first().waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  await expect.poll(() => page.locator('.waiting').count()).toBe(0);
}

/** Pixels by which one could scroll to the side. */
const TOO_WIDE = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

test.skipIf(chromiumPath === undefined)('no screen is wider than a phone', async () => {
  const { page, context } = await openTab(browser, 'dark');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(world.api.url);
  await signIn(page, world.api.token);

  for (const [name, path, sight] of SCREENS) {
    await visit(page, path(), sight);
    expect.soft(await page.evaluate(TOO_WIDE), name).toBe(0);
  }

  await context.close();
});

describe.skipIf(chromiumPath === undefined).each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test('every screen is drawn without a complaint of the browser and without a serious finding of axe', async () => {
    const { page, context, complaints } = await openTab(browser, theme);
    await page.goto(world.api.url);
    await page.getByLabel('Access token').fill(world.api.token);
    expect(await seriousFindings(page)).toEqual([]);
    await page.screenshot({ path: pictureOf('sign-in', theme) });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Board' }).waitFor();

    for (const [name, path, sight] of SCREENS) {
      await visit(page, path(), sight);
      await page.screenshot({ path: pictureOf(name, theme) });
      expect.soft(await seriousFindings(page), name).toEqual([]);
    }

    expect(complaints).toEqual([]);
    await context.close();
  });
});

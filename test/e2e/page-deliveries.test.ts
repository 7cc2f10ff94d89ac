import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createLogger } from '../../src/shared/log/logger.js';
import { createRedactor } from '../../src/shared/log/redact.js';
import { createSeal } from '../../src/shared/secrets/seal.js';
import { createConfiguration } from '../../src/shared/store/configuration.js';
import { createDeployments } from '../../src/shared/store/deployments.js';
import { createNotices } from '../../src/shared/store/notices.js';
import { createAddressGuard } from '../../src/workers/checks/address-guard.js';
import { startHerald } from '../../src/workers/notices/herald.js';
import { createSender } from '../../src/workers/notices/send-request.js';
import { createSecrets } from '../../src/workers/secrets/secrets.js';
import { chromiumPath } from '../support/browser.js';
import { buildPage } from '../support/built-page.js';
import { looksRight } from '../support/page-look.js';
import { usePageWorld } from '../support/page-world.js';
import { startStandIn } from '../support/stand-ins.js';
import { useSignedInTab } from '../support/signed-in-tab.js';

const KEY = `k1:${randomBytes(32).toString('base64')}`;
const SECRET = 'a-secret-of-the-tests-0123456789';

const world = usePageWorld({ BEANPOD_ENCRYPTION_KEYS: KEY });
let page: Page;
let chat: Awaited<ReturnType<typeof startStandIn>>;
let herald: { close(): Promise<void> };

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  buildPage();
  await world.start();
  chat = await startStandIn();
  herald = startNotices();
}, 120_000);

afterAll(async () => {
  if (chromiumPath === undefined) return;
  await herald.close();
  await chat.close();
  await world.stop();
});

useSignedInTab(world.api, (opened) => (page = opened));

/** As a worker does, but it may send to this machine. */
function startNotices() {
  const { client, namespace } = world.api.redis;
  const redactor = createRedactor();
  const logger = createLogger(process.env['TEST_LOG'] ?? 'silent');
  const deployments = createDeployments(client, namespace, { perTarget: 10, live: 1_000 });
  const config = { secrets: { variables: {}, folder: '/nowhere' } };
  return startHerald({
    notices: createNotices(client, namespace),
    configuration: createConfiguration(client, namespace),
    secrets: createSecrets({ config, seal: createSeal([KEY]), redactor, logger }),
    send: createSender(createAddressGuard(['127.0.0.0/8'])),
    mail: undefined,
    publicUrl: world.api.url,
    logger,
    load: (id) => deployments.load(id),
    redact: (text) => redactor.redact(text),
  });
}

/** A push as GitHub sends it, signed with some secret. */
async function push(secret: string): Promise<number> {
  const commit = randomBytes(20).toString('hex');
  const body = JSON.stringify({
    ref: 'refs/heads/main',
    after: commit,
    repository: { name: 'shop', full_name: 'acme/shop' },
    head_commit: { id: commit, message: 'Faster checkout', timestamp: new Date().toISOString() },
  });
  const { status } = await fetch(`${world.api.url}/v1/hooks/github`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
  });
  return status;
}

const button = (name: string | RegExp) => page.getByRole('button', { name });
const happened = () => page.locator('.happened-row');

describe.skipIf(chromiumPath === undefined)('on the page', () => {
  test('a hook is set up, its secret is not shown again, and its deliveries are listed and replayed', async () => {
    await world.configure('shop', 'staging');
    await page.goto(`${world.api.url}/settings/hooks`);
    await button('New hook').click();
    await page.getByLabel('Name').fill('github');
    await button('Go on').click();
    const field = page.getByLabel('Settings, as JSON');
    await field.fill(JSON.stringify({ sender: 'githup', secrets: [SECRET] }));
    await button('Save').click();
    await page.locator('.violations').getByText('/sender').waitFor();
    const artifact = { type: 's3', bucket: 'ci-artifacts', key: '{service}/{commit}.zip' };
    const decisions = [{ branch: 'main', action: 'deploy', environments: ['staging'] }];
    await field.fill(JSON.stringify({ sender: 'github', secrets: [SECRET], artifact, decisions }));
    await button('Save').click();
    await page.getByText('Saved').waitFor();
    await page.keyboard.press('Escape');
    await button('Edit github').click();
    expect(await field.inputValue()).toContain('(sealed)');
    expect(await page.content()).not.toContain(SECRET);
    await page.keyboard.press('Escape');

    expect(await push(SECRET)).toBe(202);
    expect(await push('another-secret-of-the-tests-0123')).toBe(401);
    await button('What happened').click();

    await expect.poll(() => happened().count()).toBe(2);
    const [refused, done] = await happened().all();
    expect(await refused?.innerText()).toMatch(/refused/);
    expect(await done?.innerText()).toMatch(/done[^]*push[^]*Row 1 deploys it to staging/);
    await looksRight(page, 'hook-deliveries');
    await done?.getByRole('button', { name: 'Replay' }).click();
    await expect.poll(() => happened().count()).toBe(3);
  });

  test('a notice that did not arrive says why, and is sent again', async () => {
    await world.configure('basket', 'staging', ['1.1.0']);
    chat.answer(() => ({ status: 302 }));
    const channel = {
      type: 'webhook',
      url: `${chat.url}/in`,
      secret: `whsec_${randomBytes(24).toString('base64')}`,
    };
    const said = await world.api
      .call()
      .put('/v1/subscriptions/team')
      .send({ channel, events: ['succeeded'], services: ['basket'] });
    expect(said.status, said.text).toBe(201);
    await world.until(await world.deploy('basket', 'staging', '1.1.0'), 'succeeded');
    await page.goto(`${world.api.url}/settings/notices`);
    await button('What happened').click();

    await happened().getByText('given-up').waitFor();
    await happened().getByText(/302/).waitFor();
    await looksRight(page, 'notices-given-up');
    chat.answer(undefined);
    await button('Send again').click();
    await happened().getByText('sent', { exact: true }).waitFor();
    expect(chat.seen).toHaveLength(2);
  });
});

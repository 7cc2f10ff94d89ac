import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startBeanstalk, type Beanstalk } from '../support/beanstalk.js';
import { chromiumPath, openBrowser, openTab, signIn, type WatchedTab } from '../support/browser.js';
import { buildPage } from '../support/built-page.js';
import { startLiveCluster, type LiveCluster } from '../support/live-cluster.js';
import { looksRight } from '../support/page-look.js';

const AWS = { AKIASIMULATOR0000000: 'simulated' };
const WRONG = JSON.stringify({ access_key: 'AKIASIMULATOR0000000', secret_key: 'not-the-right-one' });
const MANIFESTS = '{ apiVersion: v1, kind: ConfigMap, metadata: { name: app }, data: { a: b } }';
/** A worker may take some seconds on a busy machine. */
const PATIENCE = { timeout: 60_000 };

let world: LiveCluster;
let cloud: Beanstalk;
let browser: Browser;
let tab: WatchedTab;
let page: Page;

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  buildPage();
  cloud = await startBeanstalk({}, { strictAuth: true, credentials: AWS });
  world = await startLiveCluster({}, { BEANPOD_S3_PATH_STYLE: 'true', BEANPOD_SECRET_AWS: WRONG });
  await world.startWorker();
  const cluster = { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_SIM' };
  await world.api.configure('pods', 'staging', {
    provider: 'kubernetes',
    spec: { cluster, namespace: 'shop', manifests: MANIFESTS },
  });
  const provider = 'elastic-beanstalk';
  await world.api.configure('beans', 'staging', { provider, spec: cloud.target });
  const spec = { ...cloud.target, credentials: 'env:BEANPOD_SECRET_AWS' };
  await world.api.configure('broken', 'staging', { provider, spec });
  browser = await openBrowser();
  tab = await openTab(browser);
  ({ page } = tab);
  await page.goto(world.api.url);
  await signIn(page, world.api.token);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  if (chromiumPath === undefined) return;
  await world.close();
  await cloud.close();
}, 60_000);

const target = (name: string) => page.getByRole('region', { name, exact: true });

/** Has a worker look, and answers every check as the page says it. */
async function checks(name: string): Promise<readonly string[]> {
  await target(name)
    .getByRole('button', { name: /^Test connection/ })
    .click();
  await target(name).locator('.connection-checks').waitFor(PATIENCE);
  return await target(name).locator('.connection-checks li').allInnerTexts();
}

test.skipIf(chromiumPath === undefined)(
  'on the page, the connection to each target is tested, and what fails says what to do',
  async () => {
    await page.goto(`${world.api.url}/settings/targets`);
    await target('beans/staging').getByText('shop · shop-staging · us-east-1').waitFor();

    const pods = await checks('pods/staging');
    await target('pods/staging').getByText('A deployment could do its work there').waitFor();
    expect(pods.filter((text) => !text.startsWith('passed'))).toEqual([]);
    expect(pods.join('\n')).toContain('Namespace shop');

    const beans = await checks('beans/staging');
    await target('beans/staging').getByText('Nothing failed, but not everything could be seen').waitFor();
    expect(beans.filter((text) => !text.startsWith('passed'))).toEqual([
      expect.stringMatching(/^unknown\s+Rights to change[\s\S]+To do: Compare with the policy/),
    ]);

    const broken = await checks('broken/staging');
    await target('broken/staging').getByText('A deployment would not get through').waitFor();
    expect(broken[1]).toMatch(/^failed\s+Elastic Beanstalk[\s\S]+To do: /);
    expect(broken.join('\n')).not.toContain('not-the-right-one');

    await looksRight(page, 'targets-tested');
    expect(tab.complaints).toEqual([]);
    expect([...(await world.control.mutations()), ...(await cloud.mutations())]).toEqual([]);
  },
);

test.skipIf(chromiumPath === undefined)(
  'on the page, whoever may not test a connection reads why',
  async () => {
    const { body } = await world.api.call().post('/v1/tokens').send({ name: 'guest', role: 'view' });
    const guest = await openTab(browser);
    await guest.page.goto(world.api.url);
    await signIn(guest.page, body.token);
    await guest.page.goto(`${world.api.url}/settings/targets`);

    const button = guest.page
      .getByRole('region', { name: 'pods/staging', exact: true })
      .getByRole('button', { name: /^Test connection/ });
    await button.getByText('You lack the right edit').waitFor({ state: 'attached' });
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    await guest.context.close();
  },
);

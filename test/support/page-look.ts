import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

import { seriousFindings } from './browser.js';
import { root } from './built-page.js';

/** `BEANPOD_SCREENSHOTS=docs/screenshots` renews the pictures of the documents; else they are only there to be looked at. */
const pictures = join(root, process.env['BEANPOD_SCREENSHOTS'] ?? '.beanpod/screenshots');

/** Where the picture of a screen in a theme belongs. */
export function pictureOf(name: string, theme: string): string {
  return join(pictures, `${name}-${theme}.png`);
}

/** Takes the pictures of what a tab shows, in both themes, and expects axe to find nothing serious in either. */
export async function looksRight(page: Page, name: string): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.screenshot({ path: pictureOf(name, theme) });
    expect.soft(await seriousFindings(page), `${name} in the ${theme} theme`).toEqual([]);
  }
}

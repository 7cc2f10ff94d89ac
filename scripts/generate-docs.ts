import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { configurationPage } from './docs/configuration-page.js';
import { eventsPage } from './docs/events-page.js';
import { failuresPage } from './docs/failures-page.js';
import { openApiDocument } from './docs/openapi-document.js';

const docs = fileURLToPath(new URL('../docs', import.meta.url));

/** Every page that is written from the code, by its file name. */
const PAGES: Readonly<Record<string, () => string>> = {
  'configuration.md': configurationPage,
  'failures.md': failuresPage,
  'events.md': eventsPage,
  'openapi.json': openApiDocument,
};

/** Writes the generated pages, or with `--check` says which are stale and ends with 1. */
async function main(check: boolean): Promise<void> {
  const stale: string[] = [];
  for (const [name, make] of Object.entries(PAGES)) {
    const file = path.join(docs, name);
    const wanted = await formatted(name, make());
    const there = await readFile(file, 'utf8').catch(() => '');
    if (there === wanted) continue;
    if (check) stale.push(name);
    else await writeFile(file, wanted);
  }
  if (stale.length === 0) return;
  console.error(
    `Stale: ${stale.map((name) => `docs/${name}`).join(', ')}. Run npm run docs and commit the result.`,
  );
  process.exitCode = 1;
}

async function formatted(name: string, text: string): Promise<string> {
  if (!name.endsWith('.md')) return text;
  const file = path.join(docs, name);
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}

await main(process.argv.includes('--check'));

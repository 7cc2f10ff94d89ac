import { fromBuffer } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';

import type { ChosenScenario } from './scenario-choice.js';
import { isScenarioName } from './scenario-names.js';

/** Files of a bundle, besides beanpod-scenario.json, whose text may say `scenario-<name>`. Larger ones are not read. */
const readable =
  /^(Dockerrun\.aws\.json|docker-compose\.ya?ml|Procfile|Dockerfile|package\.json|scenario\.txt)$/;
const largestText = 65_536;

/**
 * The scenario that a source bundle asks for: `beanpod-scenario.json` in the zip, or the words `scenario-<name>` in a
 * small text file of it, or in the bundle itself when it is bare text. Undefined when it asks for none.
 */
export async function bundleScenario(bundle: Buffer): Promise<ChosenScenario | undefined> {
  if (bundle.subarray(0, 2).toString('latin1') !== 'PK') {
    return textScenario(bundle.subarray(0, largestText).toString('utf8'));
  }
  const texts = await bundleTexts(bundle);
  const json = texts.get('beanpod-scenario.json');
  if (json !== undefined) return jsonScenario(json);
  for (const text of texts.values()) {
    const chosen = textScenario(text);
    if (chosen !== undefined) return chosen;
  }
  return undefined;
}

function jsonScenario(json: string): ChosenScenario | undefined {
  try {
    const asked = JSON.parse(json) as { scenario?: unknown; options?: object };
    if (typeof asked.scenario !== 'string' || !isScenarioName(asked.scenario)) return undefined;
    return { name: asked.scenario, options: asked.options ?? {} };
  } catch (error) {
    // A bundle is the caller's; one that is not JSON simply asks for nothing.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function textScenario(text: string): ChosenScenario | undefined {
  const name = /scenario-([a-z0-9-]+[a-z0-9])/.exec(text)?.[1];
  return name !== undefined && isScenarioName(name) ? { name, options: {} } : undefined;
}

async function bundleTexts(bundle: Buffer): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  let zip: ZipFile;
  try {
    zip = await openZip(bundle);
  } catch {
    return texts;
  }
  return new Promise((resolve) => {
    zip.on('error', () => resolve(texts));
    zip.on('end', () => resolve(texts));
    zip.on('entry', (entry: Entry) => {
      const wanted = entry.fileName === 'beanpod-scenario.json' || readable.test(entry.fileName);
      if (!wanted || entry.uncompressedSize > largestText) {
        zip.readEntry();
        return;
      }
      void readEntry(zip, entry)
        .then((text) => texts.set(entry.fileName, text))
        .finally(() => zip.readEntry());
    });
    zip.readEntry();
  });
}

function openZip(bundle: Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    fromBuffer(bundle, { lazyEntries: true }, (error, zip) => {
      if (error === null) resolve(zip);
      else reject(error);
    });
  });
}

function readEntry(zip: ZipFile, entry: Entry): Promise<string> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error !== null) {
        reject(error);
        return;
      }
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('error', reject);
      stream.on('end', () => resolve(Buffer.concat(pieces).toString('utf8')));
    });
  });
}

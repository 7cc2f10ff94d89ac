import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfiguration } from '../../../src/cli/configuration.js';
import { EXIT } from '../../../src/cli/exit-code.js';

const folder = mkdtempSync(path.join(tmpdir(), 'beanpod-apply-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, ...lines: readonly string[]): string {
  const full = path.join(folder, name);
  writeFileSync(full, `${lines.join('\n')}\n`);
  return full;
}

test('files are read into what can be written in this order, with the line of each part', async () => {
  const first = file(
    'a.yaml',
    'targets:',
    '  shop:',
    '    staging:',
    '      provider: elastic-beanstalk',
    '      spec: { region: x }',
    'services:',
    '  shop: {}',
  );
  const second = file('b.yml', 'kind: environment', 'name: staging', 'description: Last stop');

  const wanted = await readConfiguration([first, second]);

  expect(wanted.map(({ path: at, value }) => [at, value])).toEqual([
    ['/v1/services/shop', {}],
    ['/v1/environments/staging', { description: 'Last stop' }],
    ['/v1/targets/shop/staging', { provider: 'elastic-beanstalk', spec: { region: 'x' } }],
  ]);
  expect(wanted[2]?.place('/spec/region')).toBe(`${first}:5`);
});

test('every problem of every file is told at once, with its line', async () => {
  const broken = file('broken.yaml', 'services:', '  shop: {}', '  shop: {}');
  const strange = file('strange.yaml', 'severs:', '  shop: {}');
  const twice = [file('one.yaml', 'services: { web: {} }'), file('two.yaml', 'services: { web: {} }')];

  const refused = await readConfiguration([broken, strange, ...twice]).catch((error: unknown) => error);

  expect(refused).toMatchObject({ name: 'Stop', code: EXIT.invalid });
  const { message } = refused as Error;
  expect(message).toContain(`${broken}:3`);
  expect(message).toContain(`${strange}:1 /severs is not a known key`);
  expect(message).toContain('service web is configured twice');
});

test('a file that is not there is a wrong call', async () => {
  await expect(readConfiguration([path.join(folder, 'missing')])).rejects.toMatchObject({
    code: EXIT.invalid,
  });
});

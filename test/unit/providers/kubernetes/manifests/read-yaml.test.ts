import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readYaml } from '../../../../../src/providers/kubernetes/manifests/read-yaml.js';

/** What kubectl 1.32 makes of each text; asked again from a real kubectl where there is one. */
const ORACLE: readonly (readonly [text: string, value: unknown])[] = [
  ['yes', true],
  ['no', false],
  ['on', true],
  ['off', false],
  ['y', true],
  ['n', false],
  ['True', true],
  ['tRUE', 'tRUE'],
  ['~', null],
  ['Null', null],
  ['""', ''],
  ['0644', 420],
  ['-0644', -420],
  ['0o644', 420],
  ['0o8', '0o8'],
  ['1_000', 1000],
  ['0b11', 3],
  ['0x1F', 31],
  ['22:22', '22:22'],
  ['12:30:45', '12:30:45'],
  ['2026-01-02', '2026-01-02'],
  ['2026-01-02T10:00:00Z', '2026-01-02T10:00:00Z'],
  ['1234567e8', 123456700000000],
  ['1e3', 1000],
  ['.5', 0.5],
  ['1.0', 1],
  ['+1', 1],
  ['08', 8],
  ['!!str 12', '12'],
  ['!!int "3"', 3],
  ['=', '='],
];

const SCALARS = [
  'apiVersion: v1',
  'kind: ConfigMap',
  'metadata: {name: oracle}',
  'scalars:',
  ...ORACLE.map(([text], index) => `  case${index}: ${text}`),
  'shared: &shared {left: 1, right: 2}',
  'merged:',
  '  <<: *shared',
  '  right: 3',
].join('\n');

const EXPECTED = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'oracle' },
  scalars: Object.fromEntries(ORACLE.map(([, value], index) => [`case${index}`, value])),
  shared: { left: 1, right: 2 },
  merged: { left: 1, right: 3 },
};

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

describe('reading YAML', () => {
  it('reads every scalar of the oracle table as kubectl does', () => {
    const { documents, problems } = readYaml(SCALARS, 'm');

    expect(problems).toEqual([]);
    expect(documents[0]?.value).toEqual(EXPECTED);
  });

  it.skipIf(!hasKubectl)('agrees with the kubectl that is installed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'oracle-'));
    const file = join(folder, 'oracle.yaml');
    writeFileSync(file, SCALARS);

    const local = ['annotate', '--local', '-f', file, 'a=b', '-o', 'json'];
    const { stdout, stderr } = spawnSync('kubectl', local, { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(stdout, stderr).not.toBe('');
    const { metadata: _, ...said } = JSON.parse(stdout) as typeof EXPECTED;
    const { metadata: __, ...expected } = EXPECTED;
    expect(said).toEqual(expected);
  });

  it('tells file, line, column and document of a syntax error', () => {
    const { problems } = readYaml('a: 1\n---\nb: [1, 2\nc: 3\n', 'shop.yaml');

    expect(problems[0]?.where).toMatch(/^shop\.yaml:[34]:\d+ \(document 2\)$/);
  });

  it('refuses a repeated key and says which', () => {
    const { problems, documents } = readYaml('spec:\n  replicas: 1\n  replicas: 2\n', 'm');

    expect(problems).toMatchObject([{ where: 'm:3:3 (document 1)' }]);
    expect(problems[0]?.said).toBe('the key replicas is there already; keep one of them');
    expect(documents).toEqual([]);
  });

  it('asks for quotes around a template in the place of a value', () => {
    const { problems } = readYaml('spec:\n  replicas: {{replicas}}\n', 'm');

    expect(problems[0]?.said).toContain('needs quotes');
  });

  it('refuses an alias bomb, a flood of documents, deep nesting and too many bytes', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (const [last, next] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh']) {
      bomb.push(`${next}: &${next} [${Array<string>(9).fill(`*${last}`).join(',')}]`);
    }

    expect(readYaml(bomb.join('\n'), 'm').problems[0]?.said).toContain('alias');
    expect(readYaml('a: 1\n---\n'.repeat(1_001), 'm').problems[0]?.said).toContain('documents');
    expect(readYaml('['.repeat(200) + ']'.repeat(200), 'm').problems[0]?.said).toContain('nested');
    expect(readYaml('['.repeat(10_000), 'm').problems).not.toEqual([]);
    expect(readYaml(`a: ${'x'.repeat(1_100_000)}`, 'm').problems[0]?.said).toContain('larger');
  });

  it('skips empty documents but counts them', () => {
    const { documents } = readYaml('---\n---\n# nothing\n---\na: 1\n', 'm');

    expect(documents.filter(({ value }) => value !== null)).toMatchObject([{ value: { a: 1 }, line: 5 }]);
  });
});

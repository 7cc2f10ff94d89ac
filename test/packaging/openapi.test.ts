import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApiDocument } from '../../scripts/docs/openapi-document.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'beanpod-openapi-'))));
afterAll(() => rmSync(folder, { recursive: true }));

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Content>> }>>;
}
interface Content {
  readonly example?: unknown;
}
type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

/** What the linter finds, by the rules of redocly.yaml. */
function lint(document: string): readonly string[] {
  const file = join(folder, 'openapi.json');
  writeFileSync(file, document);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/@redocly/cli/bin/cli.js'),
      'lint',
      file,
      '--config',
      join(root, 'redocly.yaml'),
      '--format',
      'json',
      '--max-problems',
      '1000',
    ],
    {
      encoding: 'utf8',
      cwd: folder,
      maxBuffer: 64 * 1024 * 1024,
      env: { PATH: process.env['PATH'], REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    },
  );
  const from = stdout.indexOf('{');
  if (from < 0) throw new Error(`The linter ended with ${status} and said nothing: ${stderr}`);
  const { problems } = JSON.parse(stdout.slice(from)) as {
    problems: readonly { ruleId: string; message: string; location: readonly { pointer?: string }[] }[];
  };
  return problems.map(
    ({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer ?? ''}: ${message}`,
  );
}

const isStructured = (type: string) => type.endsWith('json') && !type.includes('x-');

describe('the description of the API', () => {
  test('is accepted by the linter without a complaint', () => {
    expect(lint(openApiDocument())).toEqual([]);
  });

  test('is really looked at: a missing parameter, a wrong example and a tag without words are found', () => {
    const broken = openApiDocument()
      .replace('"name": "service",\n            "in": "path"', '"name": "other",\n            "in": "path"')
      .replace('"code": "request.invalid"', '"code": 7')
      .replace('"name": "Health"', '"name": "Untold"');

    const found = lint(broken).join('\n');

    expect(found).toContain('path-parameters-defined');
    expect(found).toContain('no-invalid-media-type-examples');
    expect(found).toContain('operation-tag-defined');
  });

  test('shows an example for each structured body of each call, there and back', () => {
    const { paths } = JSON.parse(openApiDocument()) as Document;
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
    const bodies = operations.flatMap(({ operationId, requestBody, responses }) =>
      [requestBody?.content, ...Object.values(responses).map(({ content }) => content)].flatMap((content) =>
        Object.entries(content ?? {}).map(([type, { example }]) => ({ operationId, type, example })),
      ),
    );

    expect(operations.length).toBeGreaterThan(80);
    expect(bodies.filter(({ type, example }) => isStructured(type) && example === undefined)).toEqual([]);
    expect(bodies.filter(({ example }) => example !== undefined).length).toBeGreaterThan(150);
  });
});

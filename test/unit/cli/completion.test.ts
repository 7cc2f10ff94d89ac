import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { candidates } from '../../../src/cli/commands/completion.js';
import { createProgram } from '../../../src/cli/program.js';
import { createScreen } from '../../../src/cli/screen.js';

const silent = { write: () => true };
const program = createProgram(
  {
    env: {},
    screen: createScreen(silent, silent, {}),
    interrupted: new AbortController().signal,
  },
  () => undefined,
);

test.each([
  [['dep'], expect.arrayContaining(['deploy', 'status', 'rollback', 'lock'])],
  [['deploy', ''], 'services'],
  [['deploy', 'shop', ''], 'environments'],
  [['deploy', '--wait', 'shop', 'st'], 'environments'],
  [['deploy', 'shop', 'staging', ''], []],
  [['deploy', 'shop', '--'], expect.arrayContaining(['--wait', '--timeout', '--image'])],
  [
    ['versions', ''],
    ['list', 'add'],
  ],
  [['clone', ''], 'environments'],
  [['clone', 'end', ''], 'environments'],
  [['environment', 'status', ''], 'environments'],
  [['release', ''], expect.arrayContaining(['create', 'wait', 'cancel'])],
  [
    ['token', 'cr'],
    ['create', 'list', 'remove'],
  ],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
])('after %j come the right words', (words, expected) => {
  expect(candidates(program, words)).toEqual(expected);
});

test('the page about the command line names every command', () => {
  const page = readFileSync('docs/cli.md', 'utf8');
  const names = program.commands.map((each) => each.name()).filter((name) => name !== 'complete');

  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([]);
});

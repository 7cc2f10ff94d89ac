import { describe, expect, test } from 'vitest';
import { clockOf, readDuration } from '../../../src/cli/duration.js';
import { createScreen, harmless } from '../../../src/cli/screen.js';
import { showEnd, showLine, showProgress, showTable } from '../../../src/cli/show.js';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';

const plain = { styled: (text: string) => text, said: harmless };
const coloured = { isTTY: true, hasColors: () => true, write: () => true };
const AT = '2026-11-26T04:00:00.000Z';

const view: DeploymentView = {
  id: '01kaqv9zc3h8m2x6y7w4t5r0pn',
  number: 42,
  state: 'deploying',
  terminal: false,
  service: 'shop',
  environment: 'staging',
  version: 'v2',
  kind: 'deploy',
  provider: 'elastic-beanstalk',
  actor: 'ci',
  wrote: true,
  progress: {
    done: 1,
    total: 3,
    steps: [
      { id: 'a', title: 'Register the version', status: 'done' },
      { id: 'b', title: 'Update the environment', status: 'running' },
      { id: 'c', title: 'Wait for it', status: 'todo' },
    ],
  },
  attempts: 1,
  acceptedAt: AT,
  updatedAt: AT,
  links: { self: '/v1/deployments/1', outcome: '', logs: '', events: '', cancel: '' },
};

describe('a deployment on the screen', () => {
  test('shows every step with its mark and the time that has passed', () => {
    expect(showProgress(view, Date.parse(AT) + 65_000, plain)).toEqual([
      'shop/staging v2  deploying  1:05',
      '  ✔ Register the version',
      '  ● Update the environment',
      '  ○ Wait for it',
    ]);
  });

  test('says what it waits for', () => {
    const until = '2026-11-26T05:00:00.000Z';
    const held: DeploymentView = {
      ...view,
      state: 'held',
      held: [{ kind: 'time', text: 'not before 5', until }],
    };

    expect(showProgress(held, Date.parse(AT), plain).at(-1)).toBe('  not before 5');
    expect(showProgress({ ...view, state: 'queued', queue: { ahead: 2 } }, 0, plain).at(-1)).toContain(
      '2 before it',
    );
  });

  test('that ended badly says why, what to do, and what runs now', () => {
    const failure = {
      code: 'health.degraded',
      title: 'Unhealthy',
      blame: 'release',
      detail: '2 of 3 are red',
      hint: 'Read the log.',
    } as const;
    const ended: DeploymentView = {
      ...view,
      state: 'rolled_back',
      terminal: true,
      baseline: 'version v1',
      failure,
      rollback: { outcome: 'done' },
    };

    expect(showEnd(ended, plain).split('\n')).toEqual([
      'rolled_back: v2 on shop/staging, deployment 42 (01kaqv9zc3h8m2x6y7w4t5r0pn)',
      '  Unhealthy: 2 of 3 are red',
      '  Read the log.',
      '  What ran before runs again: version v1',
    ]);
  });
});

describe('a line of the log', () => {
  test('looks as in the text that the API gives', () => {
    const line = {
      n: 1,
      at: '2026-11-26T04:00:00.123Z',
      kind: 'log',
      level: 'info',
      text: 'Updating',
      step: 'forward:b',
    } as const;

    expect(showLine(line, plain)).toBe('04:00:00.123 [forward:b] Updating');
  });

  test('cannot move the cursor, clear the screen or set the title', () => {
    const { said } = createScreen(coloured, coloured, {});

    expect(said('a\u001B[2Jb\u001B[31mred')).toBe('ab\u001B[31mred\u001B[0m');
    expect(said('plain\u0007')).toBe('plain\uFFFD');
    expect(createScreen({ write: () => true }, coloured, {}).said('\u001B[31mred')).toBe('red');
    expect(harmless('a\u001B[2Jb\u001B]0;title\u0007c\rd')).toBe('abc\uFFFDd');
  });
});

describe('a live screen', () => {
  function liveScreen() {
    const written: string[] = [];
    const out = {
      isTTY: true,
      columns: 20,
      rows: 10,
      write: (text: string) => written.push(text) > 0,
      hasColors: () => false,
    };
    return { written, screen: createScreen(out, out, {}) };
  }

  test('prints above the pinned lines and draws these again', () => {
    const { written, screen } = liveScreen();
    screen.pin(['one', 'two']);

    screen.print('news');

    expect(written.at(-1)).toBe('\u001B[2A\u001B[0Jnews\none\ntwo\n');
  });

  test('cuts pinned lines that would wrap', () => {
    const { written, screen } = liveScreen();

    screen.pin(['x'.repeat(30)]);

    expect(written.at(-1)).toBe(`${'x'.repeat(18)}…\n`);
  });

  test('pins no more lines than fit on it', () => {
    const { written, screen } = liveScreen();

    screen.pin(Array.from({ length: 50 }, (_, at) => String(at)));

    expect(written.at(-1)?.split('\n')).toHaveLength(9);
  });

  test('is none in CI or in a pipe, where nothing is ever drawn over', () => {
    const written: string[] = [];
    const out = { isTTY: true, write: (text: string) => written.push(text) > 0 };
    const screen = createScreen(out, out, { CI: 'true' });

    screen.pin(['one']);

    expect([screen.live, written]).toEqual([false, []]);
  });
});

test('columns are as wide as their widest cell and nothing trails', () => {
  expect(
    showTable([
      ['A', 'B', 'C'],
      ['long', 'b', ''],
    ]),
  ).toEqual(['A     B  C', 'long  b']);
});

test.each([
  ['90', 90_000],
  ['1h30m', 5_400_000],
  ['250ms', 250],
  ['0', undefined],
  ['', undefined],
  ['5 minutes', undefined],
  ['m5', undefined],
])('the time %j is %s ms', (text, ms) => {
  expect(readDuration(text)).toBe(ms);
});

test.each([
  [59_999, '0:59'],
  [3_723_000, '1:02:03'],
  [-5, '0:00'],
])('%i ms is shown as %s', (ms, text) => {
  expect(clockOf(ms)).toBe(text);
});

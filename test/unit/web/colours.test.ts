import { describe, expect, test } from 'vitest';

import { marked, runsOf, seenOf } from '../../../web/src/log/colours.js';

const ESC = '\u001b[';

describe('the colours of a log line', () => {
  test.each([
    ['plain text', 'plain', [['plain', '']]],
    [
      'a colour and its end',
      `a ${ESC}31mred${ESC}0m b`,
      [
        ['a ', ''],
        ['red', 'ink-1'],
        [' b', ''],
      ],
    ],
    [
      'bright ones',
      `${ESC}92mok${ESC}39m.`,
      [
        ['ok', 'ink-10'],
        ['.', ''],
      ],
    ],
    [
      'an end without a number',
      `${ESC}1mx${ESC}my`,
      [
        ['x', 'bold'],
        ['y', ''],
      ],
    ],
    [
      'several in one sequence',
      `${ESC}1;4;33mx${ESC}22my`,
      [
        ['x', 'ink-3 bold underline'],
        ['y', 'ink-3 underline'],
      ],
    ],
    ['a ground, on which the text has the usual colour', `${ESC}41;97m ERROR `, [[' ERROR ', 'ground-1']]],
    [
      'both turned around',
      `${ESC}32;7mx${ESC}27my`,
      [
        ['x', 'ground-2'],
        ['y', 'ink-2'],
      ],
    ],
    [
      'the table of 256',
      `${ESC}38;5;196mred${ESC}38;5;12mblue${ESC}38;5;244mgrey`,
      [
        ['red', 'ink-9'],
        ['blue', 'ink-12'],
        ['grey', 'ink-8'],
      ],
    ],
    [
      'mixed ones',
      `${ESC}38;2;250;10;5mred${ESC}48:2::0:200:10mgreen`,
      [
        ['red', 'ink-9'],
        ['green', 'ground-2'],
      ],
    ],
    [
      'one whose numbers end too early',
      `${ESC}38;5mx${ESC}38my`,
      [
        ['x', 'ink-0'],
        ['y', ''],
      ],
    ],
    ['hidden text, which is shown', `${ESC}8mnot hidden`, [['not hidden', '']]],
  ] as const)('%s', (_, line, runs) => {
    expect(runsOf(line).map(({ text, look }) => [text, look])).toEqual(runs);
    expect(seenOf(line)).toBe(runs.map(([text]) => text).join(''));
  });

  test('are kept on both sides of a find that goes over several of them', () => {
    const runs = runsOf(`${ESC}31mtime${ESC}32mout${ESC}0m reached`);

    expect(marked(runs, 2, 6)).toEqual([
      { text: 'ti', look: 'ink-1', marked: false },
      { text: 'me', look: 'ink-1', marked: true },
      { text: 'ou', look: 'ink-2', marked: true },
      { text: 't', look: 'ink-2', marked: false },
      { text: ' reached', look: '', marked: false },
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEventReader } from '../../../src/cli/event-stream.js';

const STREAM = [
  ': following\n\n',
  'id: 1\nevent: log\ndata: {"n":1}\n\n',
  ': ping\n\n',
  'event: end\r\ndata: {"state":"succeeded",\r\ndata: "next":1}\r\n\r\n',
].join('');
const EVENTS = [
  { event: 'log', data: '{"n":1}', id: '1' },
  { event: 'end', data: '{"state":"succeeded",\n"next":1}' },
];

describe('a stream of events', () => {
  test('is read the same however it is cut into pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(STREAM.length), { maxLength: 12 }), (cuts) => {
        const read = createEventReader();
        const places = [0, ...cuts.sort((one, other) => one - other), STREAM.length];
        const events = places.slice(1).flatMap((end, at) => read(STREAM.slice(places[at], end)));
        expect(events).toEqual(EVENTS);
      }),
    );
  });

  test('does not give an event before its end has come', () => {
    const read = createEventReader();

    expect(read('event: log\ndata: {"n":1}\n')).toEqual([]);
    expect(read('\n')).toEqual([{ event: 'log', data: '{"n":1}' }]);
  });

  test('that never ends a line is refused before it fills the memory', () => {
    const read = createEventReader();
    const megabyte = 'x'.repeat(1024 * 1024);

    expect(() => {
      for (let at = 0; at < 10; at += 1) read(megabyte);
    }).toThrow('too long');
  });
});

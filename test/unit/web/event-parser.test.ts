import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createEventParser } from '../../../web/src/api/event-parser.js';

const TEXT =
  ': following\n\nid: 7\nevent: lines\ndata: {"a":1}\n\nevent: ping\ndata: {}\n\ndata: one\ndata:two\n\nevent: cut';
const EVENTS = [
  { name: 'lines', data: '{"a":1}', id: '7' },
  { name: 'ping', data: '{}', id: undefined },
  { name: 'message', data: 'one\ntwo', id: undefined },
];

describe('a stream of events', () => {
  test.each([TEXT, TEXT.replaceAll('\n', '\r\n')])(
    'is read without comments and without what is not complete',
    (text) => {
      expect(createEventParser()(text)).toEqual(EVENTS);
    },
  );

  test('may be cut into pieces anywhere', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: TEXT.length })), fc.boolean(), (cuts, hasReturns) => {
        const text = hasReturns ? TEXT.replaceAll('\n', '\r\n') : TEXT;
        const parse = createEventParser();
        const places = [0, ...cuts.sort((one, other) => one - other), text.length];
        const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));

        expect(pieces.flatMap((piece) => parse(piece))).toEqual(EVENTS);
      }),
    );
  });
});

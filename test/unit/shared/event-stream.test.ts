import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventsIn } from '../../../src/shared/event-stream.js';

const STREAM = [
  ': following\n\n',
  'id: 1\nevent: log\ndata: {"n":"é"}\n\n',
  ': ping\n\n',
  'event: end\r\ndata: {"state":"succeeded",\r\ndata: "next":1}\r\n\r\n',
  'event: cut',
].join('');
const EVENTS = [
  { event: 'log', data: '{"n":"é"}', id: '1' },
  { event: 'end', data: '{"state":"succeeded",\n"next":1}', id: undefined },
];

async function read(pieces: Iterable<Uint8Array>) {
  const events = [];
  for await (const event of eventsIn(ReadableStream.from(pieces))) events.push(event);
  return events;
}

describe('a stream of events', () => {
  test('is read the same however it is cut into pieces, even within a character', async () => {
    const bytes = new TextEncoder().encode(STREAM);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
        const places = [0, ...cuts.sort((one, other) => one - other), bytes.length];
        const pieces = places.slice(1).map((end, at) => bytes.slice(places[at], end));
        expect(await read(pieces)).toEqual(EVENTS);
      }),
    );
  });

  test('that never ends an event is refused before it fills the memory', async () => {
    let given = 0;
    function* endless(): Generator<Uint8Array> {
      const line = new TextEncoder().encode(`data: ${'x'.repeat(1024 * 1024)}\n`);
      for (;;) {
        given += line.length;
        yield line;
      }
    }

    await expect(read(endless())).rejects.toThrow('longer than 16 MiB');
    expect(given).toBeLessThan(20 * 1024 * 1024);
  });
});

import { describe, expect, it } from 'vitest';
import {
  readSampleNote,
  readSendNote,
  readWatchNote,
  readWrongLooks,
  type SampleNote,
  type SendNote,
  type WatchNote,
} from '../../../../src/providers/elastic-beanstalk/intent-note.js';

describe('a stored note', () => {
  it('reads as what was stored', () => {
    const sent: SendNote = { anchorMs: 5, tries: 2 };
    const watched: WatchNote = { saidMs: 7, waitedMs: 9, requestId: 'r', resentMs: 3, wrongLooks: 1 };
    const sampled: SampleNote = {
      good: false,
      wrongLooks: 2,
      bad: { word: 'severe', count: 1, refreshedAtMs: 4 },
    };

    expect(readSendNote(JSON.stringify(sent))).toEqual(sent);
    expect(readWatchNote(JSON.stringify(watched))).toEqual(watched);
    expect(readSampleNote(JSON.stringify(sampled))).toEqual(sampled);
    expect(readWrongLooks('{"wrongLooks":3}')).toBe(3);
  });

  it.each([undefined, 'abort', '{}', '{"anchorMs":"x"}'])('of another kind reads as none: %s', (note) => {
    expect(readSendNote(note)).toBeUndefined();
    expect(readWatchNote(note)).toBeUndefined();
    expect(readSampleNote(note)).toEqual({ good: false, wrongLooks: 0 });
  });
});

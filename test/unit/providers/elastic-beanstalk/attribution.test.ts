import { describe, expect, it } from 'vitest';
import { attribute, lastUpdate } from '../../../../src/providers/elastic-beanstalk/attribution.js';
import { eventAt, startAt } from './builders.js';

describe('whose update began', () => {
  it('is nobody without a start event', () => {
    expect(attribute([eventAt(5, 'Deploying new version to instance(s).')], 0, 'r1')).toMatchObject({
      starts: 0,
      oursSeen: false,
    });
  });

  it('ignores what began before the anchor', () => {
    expect(attribute([startAt(5, 'r0')], 5, undefined).starts).toBe(0);
  });

  it('is ours without a known request, when it is the only one', () => {
    expect(attribute([startAt(5, 'r9')], 0, undefined)).toMatchObject({
      oursSeen: true,
      foreignAfterOurs: false,
      onlyManaged: true,
    });
  });

  it('is somebody else after ours, when there are two', () => {
    expect(attribute([startAt(5), startAt(8)], 0, undefined).foreignAfterOurs).toBe(true);
  });

  it('tells managed updates of the platform from those of people', () => {
    const ours = startAt(5, 'r1');
    const managed = [
      eventAt(8, 'Managed platform update is in-progress.', { requestId: 'r2' }),
      startAt(8, 'r2'),
    ];

    expect(attribute([ours, ...managed], 0, 'r1')).toMatchObject({
      foreignAfterOurs: true,
      onlyManaged: true,
    });
    expect(attribute([ours, ...managed, startAt(9, 'r3')], 0, 'r1')).toMatchObject({ onlyManaged: false });
    expect(attribute([startAt(5), startAt(8)], 0, undefined)).toMatchObject({ onlyManaged: false });
  });

  it('is never ours when it is managed, also without a known request', () => {
    const managed = [
      eventAt(3, 'Managed platform update is in-progress.', { requestId: 'r2' }),
      startAt(3, 'r2'),
    ];

    expect(attribute(managed, 0, undefined)).toMatchObject({ starts: 0, managed: true, oursSeen: false });
    expect(attribute([...managed, startAt(8, 'r3')], 0, undefined)).toMatchObject({
      starts: 1,
      oursSeen: true,
      foreignAfterOurs: false,
      ours: [startAt(8, 'r3')],
    });
  });

  it('is not foreign when the other one came before ours', () => {
    const { foreignAfterOurs, ours } = attribute([startAt(5, 'r0'), startAt(8, 'r1')], 0, 'r1');

    expect(foreignAfterOurs).toBe(false);
    expect(ours).toEqual([startAt(8, 'r1')]);
  });

  it('waits for our own start while only a foreign one is visible', () => {
    expect(attribute([startAt(5, 'r0')], 0, 'r1')).toMatchObject({ starts: 1, oursSeen: false });
  });

  it('takes a start without any request for ours', () => {
    expect(attribute([startAt(5)], 0, 'r1').oursSeen).toBe(true);
  });
});

describe('the last update', () => {
  it('begins with the last start and holds what came after it', () => {
    const events = [startAt(1), eventAt(2, 'a'), startAt(3), eventAt(4, 'b')];

    expect(lastUpdate(events, 0).map((event) => event.atMs)).toEqual([3, 4]);
    expect(lastUpdate(events, 3)).toEqual([]);
  });
});

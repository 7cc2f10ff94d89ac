import { describe, expect, it } from 'vitest';
import type { Environment, PlatformEvent } from '../../../../src/providers/elastic-beanstalk/environment.js';
import type { EventQuery } from '../../../../src/providers/elastic-beanstalk/gateway.js';
import {
  createRegionWatch,
  type Following,
  type RegionWatch,
} from '../../../../src/providers/elastic-beanstalk/region-watch.js';
import { environmentOf, eventAt } from './builders.js';

/** A region whose reads are written down: the names that were described, the queries for events. */
interface Region {
  readonly watch: RegionWatch;
  readonly described: string[][];
  readonly queries: EventQuery[];
  environments: Environment[];
  events: PlatformEvent[];
  nowMs: number;
}

function createRegion(): Region {
  const region: Region = {
    watch: createRegionWatch(
      {
        environments: async (names) => {
          region.described.push([...names]);
          return region.environments;
        },
        events: async (query) => {
          region.queries.push(query);
          return region.events;
        },
      },
      () => region.nowMs,
    ),
    described: [],
    queries: [],
    environments: ['one', 'two'].map((name) => environmentOf({ name, status: 'Updating' })),
    events: [],
    nowMs: 0,
  };
  return region;
}

function follow(region: Region, name: string, application = 'shop'): Following {
  const following = region.watch.follow(application, name);
  following.since(100);
  return following;
}

const { signal } = new AbortController();

describe('the watch of a region', () => {
  it('serves a second deployment with the look of the first', async () => {
    const region = createRegion();
    const [one, two] = [follow(region, 'one'), follow(region, 'two')];

    await one.look('events', signal);
    const sighting = await two.look('events', signal);

    expect(sighting.environment?.name).toBe('two');
    expect(region.queries).toHaveLength(1);
    expect(region.described).toEqual([['one', 'two']]);
  });

  it('never answers the same deployment twice with one look', async () => {
    const region = createRegion();
    const one = follow(region, 'one');

    await one.look('events', signal);
    await one.look('events', signal);

    expect(region.queries).toHaveLength(2);
  });

  it('does not use a look from before a write', async () => {
    const region = createRegion();
    const [one, two] = [follow(region, 'one'), follow(region, 'two')];
    await one.look('events', signal);

    two.wrote();
    await two.look('events', signal);

    expect(region.queries).toHaveLength(2);
    expect(region.described).toHaveLength(2);
  });

  it('does not share a look that is too old', async () => {
    const region = createRegion();
    const [one, two] = [follow(region, 'one'), follow(region, 'two')];
    await one.look('events', signal);

    region.nowMs = 15_001;
    await two.look('events', signal);

    expect(region.queries).toHaveLength(2);
  });

  it('describes an environment that is Updating at every fourth look, or when an event says that it ends', async () => {
    const region = createRegion();
    const one = follow(region, 'one');

    for (let look = 0; look < 5; look++) await one.look('events', signal);
    expect(region.described).toHaveLength(2);

    region.events = [eventAt(200, 'Failed to deploy application.', { environment: 'one' })];
    await one.look('events', signal);
    expect(region.described).toHaveLength(3);
  });

  it('describes an environment at rest at every look, after its events', async () => {
    const region = createRegion();
    region.environments = [environmentOf({ name: 'one', status: 'Ready' })];
    const one = follow(region, 'one');

    for (let look = 0; look < 3; look++) await one.look('events', signal);

    expect(region.described).toHaveLength(3);
  });

  it('reads no events while an environment at rest looks as it did', async () => {
    const region = createRegion();
    region.environments = [environmentOf({ name: 'one' })];
    const one = follow(region, 'one');

    for (let look = 0; look < 4; look++) await one.look('rest', signal);

    expect(region.queries).toHaveLength(1);
    expect(region.described.length).toBeGreaterThanOrEqual(4);
  });

  it.each([
    ['is updated', { status: 'Updating' }],
    ['was updated between two looks', { updatedAtMs: 2_000 }],
    ['reports another version', { label: 'v9' }],
    ['feels worse', { color: 'Red', healthStatus: 'Severe' }],
  ])(
    'reads the events of an environment at rest as soon as it %s, and it never older',
    async (_what, change) => {
      const region = createRegion();
      region.environments = [environmentOf({ name: 'one' })];
      const one = follow(region, 'one');
      await one.look('rest', signal);

      region.environments = [environmentOf({ name: 'one', ...change })];
      region.events = [eventAt(200, 'something happened', { environment: 'one' })];
      const sighting = await one.look('rest', signal);

      expect(sighting.fresh.map((event) => event.message)).toEqual(['something happened']);
      expect(sighting.environment).toMatchObject(change);
      expect(region.queries).toHaveLength(2);
    },
  );

  it('gives every follower its own events, as news only once', async () => {
    const region = createRegion();
    const [one, two] = [follow(region, 'one'), follow(region, 'two')];
    region.events = [eventAt(200, 'a', { environment: 'one' }), eventAt(201, 'b', { environment: 'two' })];

    const first = await one.look('events', signal);
    const second = await two.look('events', signal);
    const again = await one.look('events', signal);

    expect(first.fresh.map((event) => event.message)).toEqual(['a']);
    expect(second.fresh.map((event) => event.message)).toEqual(['b']);
    expect(again.fresh).toEqual([]);
    expect(again.events.map((event) => event.message)).toEqual(['a']);
  });

  it('asks for no more events than it needs', async () => {
    const region = createRegion();
    const one = follow(region, 'one');
    await one.look('events', signal);
    const two = follow(region, 'two');
    await one.look('events', signal);
    two.stop();
    follow(region, 'three', 'other');
    await one.look('events', signal);

    expect(region.queries).toEqual([
      { sinceMs: 100, environment: 'one' },
      { sinceMs: 100, application: 'shop' },
      { sinceMs: 100 },
    ]);
  });

  it('reads a fresh environment after the call, for all who ask meanwhile', async () => {
    const region = createRegion();
    const [one, two] = [follow(region, 'one'), follow(region, 'two')];

    const [first, second] = await Promise.all([one.environment(signal), two.environment(signal)]);

    expect([first?.name, second?.name]).toEqual(['one', 'two']);
    expect(region.described).toHaveLength(1);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApplicationVersion } from '../../../../src/providers/elastic-beanstalk/environment.js';
import { sortVersions, type Shelf } from '../../../../src/providers/elastic-beanstalk/live/sort-versions.js';

function version(label: string, createdAtMs = 0, status = 'processed'): ApplicationVersion {
  return { label, status, createdAtMs, description: '', bundle: undefined };
}

function shelf(changes: Partial<Shelf>): Shelf {
  const versions = changes.versions ?? [];
  return {
    versions,
    labelPrefix: '',
    ours: new Set(versions.map(({ label }) => label)),
    runs: new Map(),
    needed: new Set(),
    keep: 0,
    ...changes,
  };
}

describe('a clean-up of versions', () => {
  it('removes what nothing needs', () => {
    expect(sortVersions(shelf({ versions: [version('a'), version('b')] }))).toEqual({
      removed: ['a', 'b'],
      kept: [],
    });
  });

  it.each<[string, Partial<Shelf>, string]>([
    ['runs somewhere', { runs: new Map([['a', 'shop-staging runs it']]) }, 'shop-staging runs it'],
    ['is named by a record', { needed: new Set(['a']) }, 'would go back to it'],
    ['was not made by the service', { ours: new Set() }, 'no deployment of this service'],
    ['is of another prefix', { labelPrefix: 'other-' }, 'no deployment of this service'],
    ['is being processed', { versions: [version('a', 0, 'processing')] }, 'it is processing'],
    ['is among the newest', { keep: 1 }, 'one of the newest 1'],
  ])('keeps a version that %s', (_what, changes, because) => {
    const { removed, kept } = sortVersions(shelf({ versions: [version('a')], ...changes }));

    expect(removed).toEqual([]);
    expect(kept[0]?.because).toContain(because);
  });

  it('counts the newest among those of the service alone', () => {
    const versions = [version('old', 1), version('new', 2), version('foreign', 3)];
    const found = sortVersions(shelf({ versions, ours: new Set(['old', 'new']), keep: 1 }));

    expect(found.removed).toEqual(['old']);
  });

  it('never removes what runs or is needed, whatever else is true', () => {
    const labels = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 12 });
    const some = labels.chain((all) =>
      fc.record({
        all: fc.constant(all),
        ours: fc.subarray(all),
        runs: fc.subarray(all),
        needed: fc.subarray(all),
        keep: fc.nat(5),
      }),
    );
    fc.assert(
      fc.property(some, ({ all, ours, runs, needed, keep }) => {
        const { removed, kept } = sortVersions({
          versions: all.map((label, nth) => version(label, nth)),
          labelPrefix: '',
          ours: new Set(ours),
          runs: new Map(runs.map((label) => [label, 'runs'])),
          needed: new Set(needed),
          keep,
        });
        expect(removed.filter((label) => runs.includes(label) || needed.includes(label))).toEqual([]);
        expect(removed.every((label) => ours.includes(label))).toBe(true);
        expect([...removed, ...kept.map((one) => one.version)].sort()).toEqual([...all].sort());
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { Instance } from '../../../../src/providers/elastic-beanstalk/environment.js';
import { proveInstances } from '../../../../src/providers/elastic-beanstalk/instance-proof.js';

const good: Instance = {
  id: 'i-1',
  health: 'Ok',
  causes: [],
  label: 'v2',
  deploymentId: 7,
  deploymentStatus: 'Deployed',
  launchedAtMs: undefined,
};
const claim = { label: 'v2', newerThan: 6 };

describe('the proof by instances', () => {
  it.each<[string, readonly Instance[], string]>([
    ['all deployed', [good, { ...good, id: 'i-2' }], 'proven'],
    ['no instance', [], 'pending'],
    ['one on the old version', [good, { ...good, label: 'v1', deploymentId: 6 }], 'wrong'],
    ['one on an earlier deployment of the label', [good, { ...good, deploymentId: 6 }], 'wrong'],
    ['one failed', [good, { ...good, deploymentStatus: 'Failed' }], 'wrong'],
    ['one in progress', [good, { ...good, deploymentStatus: 'In Progress' }], 'pending'],
    ['one that says nothing', [good, { ...good, label: undefined }], 'pending'],
    ['one without a status', [good, { ...good, deploymentStatus: undefined }], 'pending'],
    [
      'one wrong and one pending',
      [
        { ...good, label: 'v1' },
        { ...good, label: undefined },
      ],
      'wrong',
    ],
  ])('with %s', (_what, instances, is) => {
    expect(proveInstances(instances, claim).is).toBe(is);
  });

  it('counts and names', () => {
    const proof = proveInstances([good, { ...good, id: 'i-2', label: 'v1', deploymentId: 3 }], claim);

    expect(proof).toMatchObject({ proven: 1, total: 2 });
    expect(proof.complaints).toEqual(['i-2 runs v1 (deployment 3) instead of v2']);
  });
});

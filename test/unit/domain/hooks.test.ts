import { describe, expect, it } from 'vitest';
import { decideByTable, fillIn, type Decision } from '../../../src/shared/domain/hooks/decide.js';

const table: Decision[] = [
  { branch: 'main', service: 'docs', action: 'nothing' },
  { branch: 'main', action: 'deploy', environments: ['staging'] },
  { branch: 'release/*', action: 'deploy', environments: ['eu', 'us'] },
  { branch: '*-hotfix-*', action: 'deploy', environments: ['canary'] },
];

describe('a decision table', () => {
  it.each([
    ['main', 'shop', ['staging'], 1],
    ['main', 'docs', [], 0],
    ['release/2.1', 'shop', ['eu', 'us'], 2],
    ['release', 'shop', [], undefined],
    ['a-hotfix-b', 'shop', ['canary'], 3],
    ['-hotfix', 'shop', [], undefined],
    ['maintenance', 'shop', [], undefined],
  ])('decides for %s of %s', (branch, service, environments, row) => {
    expect(decideByTable(table, { service, branch })).toEqual({
      environments,
      ...(row !== undefined && { row }),
    });
  });

  it('does nothing for what has no branch when a row asks for one', () => {
    expect(decideByTable(table, { service: 'shop' })).toEqual({ environments: [] });
  });
});

describe('a template', () => {
  it('is filled in, and names what is missing', () => {
    const told = { service: 'shop', commit: 'abc' };

    expect(fillIn('r/{service}:{commit}', told)).toEqual({ text: 'r/shop:abc' });
    expect(fillIn('{service}-{branch}', told)).toEqual({ missing: 'branch' });
  });
});

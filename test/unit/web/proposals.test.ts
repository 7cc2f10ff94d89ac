import { describe, expect, test } from 'vitest';

import type { EnvironmentStatus } from '../../../src/shared/contract/snapshot.js';
import { proposalsFor } from '../../../web/src/releases/proposals.js';

type Service = EnvironmentStatus['services'][number];

function status(service: string, runs?: string, newest?: string, certain = true): Service {
  const at = '2026-11-26T12:00:00.000Z';
  return {
    service,
    provider: 'kubernetes',
    blocked: 0,
    ...(runs !== undefined && {
      running: { version: runs, deployment: 'd', content: 'c', since: at, certain },
    }),
    ...(newest !== undefined && { newest: { version: newest, at } }),
  };
}

describe('a release proposes', () => {
  test('the newest version of each service, or what runs when nothing is newer', () => {
    expect(proposalsFor([status('basket', '1', '2'), status('search', '3'), status('mail')])).toEqual([
      { service: 'basket', runs: '1', version: '2' },
      { service: 'search', runs: '3', version: '3' },
      { service: 'mail', version: '' },
    ]);
  });

  test('what runs in another environment, and nothing where nobody knows what that is', () => {
    const here = [status('basket', '1', '9'), status('search', '1'), status('mail', '1')];
    const there = [status('basket', '2'), status('search', '2', undefined, false)];
    expect(proposalsFor(here, there)).toEqual([
      { service: 'basket', runs: '1', version: '2' },
      { service: 'search', runs: '1', version: '' },
      { service: 'mail', runs: '1', version: '' },
    ]);
  });

  test('to replace what nobody knows', () => {
    expect(proposalsFor([status('basket', '1', '2', false)])).toEqual([{ service: 'basket', version: '2' }]);
  });
});

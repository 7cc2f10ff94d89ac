import { describe, expect, it } from 'vitest';
import { NO_PROGRESS, type Deployment } from '../../../src/shared/domain/deployment.js';
import { failure } from '../../../src/shared/domain/failures.js';
import type { DeploymentId } from '../../../src/shared/domain/ids.js';
import type { State } from '../../../src/shared/domain/state.js';
import { neededVersions } from '../../../src/workers/needed-versions.js';

const succeeded: State = { name: 'succeeded' };
const queued: State = { name: 'queued' };
const bad: State = { name: 'failed', failure: failure('deployment.deadline', 'x'), wrote: false };

function record(version: string, acceptedAt: number, state: State, environment = 'staging'): Deployment {
  return {
    id: `${version}-${acceptedAt}` as DeploymentId,
    number: 1,
    request: {
      service: 'shop',
      environment,
      version,
      provider: 'x',
      kind: 'deploy',
      onBusy: 'queue',
      actor: { name: 'ci' },
      content: '',
    },
    state,
    progress: NO_PROGRESS,
    acceptedAt,
    updatedAt: acceptedAt,
    attempts: 1,
    revision: 1,
  };
}

/** Pages of two; says how many were read. */
function history(...records: readonly Deployment[]) {
  const read = { pages: 0 };
  async function* pages() {
    for (let at = 0; at < records.length; at += 2) {
      read.pages += 1;
      yield records.slice(at, at + 2);
    }
  }
  return { pages: pages(), read };
}

describe('the versions that records need', () => {
  it('are those under way, those that ran since then, and the one before them', async () => {
    const { pages } = history(
      record('v6', 60, queued),
      record('v5', 50, bad),
      record('v4', 40, succeeded),
      record('v3', 30, bad),
      record('v2', 20, succeeded),
      record('v1', 10, succeeded),
    );

    expect([...(await neededVersions(pages, ['shop/staging'], 40))]).toEqual(['v6', 'v4', 'v2']);
  });

  it('are looked for on every target', async () => {
    const { pages } = history(
      record('v3', 30, succeeded),
      record('v2', 20, succeeded),
      record('v1', 10, succeeded, 'production'),
    );

    const needed = await neededVersions(pages, ['shop/staging', 'shop/production'], 25);

    expect([...needed]).toEqual(['v3', 'v2', 'v1']);
  });

  it('include one that has been under way for longer than that', async () => {
    const { pages } = history(record('v2', 20, succeeded), record('v1', 10, queued));

    expect([...(await neededVersions(pages, ['shop/staging'], 100))]).toEqual(['v2', 'v1']);
  });

  it('are found without reading all of a long history', async () => {
    const { pages, read } = history(
      record('v9', 90, succeeded),
      record('v8', 80, succeeded),
      ...Array.from({ length: 50 }, (_, nth) => record(`old-${nth}`, 50 - nth, succeeded)),
    );

    await neededVersions(pages, ['shop/staging'], 85);

    expect(read.pages).toBeLessThanOrEqual(2);
  });
});

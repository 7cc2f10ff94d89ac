import { describe, expect, test } from 'vitest';

import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import type { OperationView } from '../../../src/shared/contract/live-operation.js';
import { happenedOf } from '../../../web/src/target/happened.js';

const deployment = (id: string, acceptedAt: string) => ({ id, acceptedAt }) as DeploymentView;
const operation = (id: string, queuedAt: string) => ({ id, queuedAt }) as OperationView;
const deployments = [deployment('d2', '2026-11-26T10:00:00Z'), deployment('d1', '2026-11-26T08:00:00Z')];
const operations = [operation('o2', '2026-11-26T09:00:00Z'), operation('o1', '2026-11-26T07:00:00Z')];
const idsOf = (hasMore: boolean) =>
  happenedOf(deployments, operations, hasMore).map((each) =>
    each.what === 'deployment' ? each.deployment.id : each.operation.id,
  );

describe('the history of a target', () => {
  test('has deployments and operations in the order in which they were asked for', () => {
    expect(idsOf(false)).toEqual(['d2', 'o2', 'd1', 'o1']);
  });

  test('ends with the oldest deployment that was read when there are more', () => {
    expect(idsOf(true)).toEqual(['d2', 'o2', 'd1']);
  });
});

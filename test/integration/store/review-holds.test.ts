import { afterAll, beforeAll, expect, it } from 'vitest';
import { reviewHolds } from '../../../src/shared/holds/review.js';
import { createConfiguration } from '../../../src/shared/store/configuration.js';
import { createDeployments } from '../../../src/shared/store/deployments.js';
import { createVersions } from '../../../src/shared/store/versions.js';
import { useRedis } from '../../support/redis.js';
import { acceptOne } from '../../support/store.js';

const redis = useRedis();
beforeAll(() => redis.start());
afterAll(() => redis.stop());

it('a deployment is not let go by a process that has not heard of the blocker yet', async () => {
  const { client, namespace } = redis;
  const deployments = createDeployments(client, namespace, { perTarget: 100, live: 1_000 });
  const [here, elsewhere] = [createConfiguration(client, namespace), createConfiguration(client, namespace)];
  await here.refresh();
  const id = await acceptOne(client, namespace);
  await elsewhere.putBlocker('freeze', { rule: { type: 'unconditional' }, reason: 'The sale is on' });
  const deployment = await deployments.load(id);
  if (!deployment) throw new Error('The deployment is gone');

  const deps = { configuration: here, deployments, versions: createVersions(client, namespace) };
  const holds = await reviewHolds(deps, deployment, Date.now());

  expect(holds).toMatchObject([{ kind: 'blocker', blocker: 'freeze' }]);
});

import { afterEach, describe, expect, it } from 'vitest';
import { textWith } from '../../support/caller.js';
import { openShop, workload, type Shop } from './kubernetes-shop.js';

let shop: Shop;
afterEach(() => shop.close());

const TEMPLATE = `${workload('"api-{{groupName}}"').replace('spec:\n', 'spec:\n  replicas: 1\n')}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: "app-{{groupName}}"}
data: {SIZE: "{{size}}", WHO: "{{service}}", COLOUR: "{{colour}}"}
`;
const PARAMETERS = { colour: 'red', size: 's' };
const GROUPS = {
  one: {},
  two: { replicas: 3, parameters: { size: 'l', service: 'never' } },
};

function mutations(): readonly string[] {
  return shop.sim.cluster.mutations.list().map(({ verb, kind, name }) => `${verb} ${kind} ${name}`);
}

const get = async (path: string) => (await shop.client.get(path)).body;
const configOf = async (group: string) =>
  (await get(`/api/v1/namespaces/shop/configmaps/app-${group}`))['data'];
const deploymentOf = (group: string) => get(`/apis/apps/v1/namespaces/shop/deployments/api-${group}`);

describe('a target with groups', () => {
  it('deploys the set once for each, with parameters and replicas of its own', async () => {
    shop = await openShop();

    const { failure } = await shop.deploy('ok-1', {
      manifests: TEMPLATE,
      spec: { parameters: PARAMETERS, groups: GROUPS },
    });

    expect(failure).toBeUndefined();
    expect(await configOf('one')).toEqual({ SIZE: 's', WHO: 'api', COLOUR: 'red' });
    expect(await configOf('two')).toEqual({ SIZE: 'l', WHO: 'api', COLOUR: 'red' });
    expect(await deploymentOf('one')).toMatchObject({ spec: { replicas: 1 } });
    expect(await deploymentOf('two')).toMatchObject({ spec: { replicas: 3 } });
  });

  it('goes back as a whole when one of them is bad', async () => {
    shop = await openShop();
    const spec = { parameters: PARAMETERS, groups: GROUPS };
    await shop.deploy('ok-1', { manifests: TEMPLATE, spec });
    const before = await shop.world();
    const bad = TEMPLATE.replace(
      'template:\n    metadata: {',
      'template:\n    metadata: {annotations: {sim.beanpod.dev/behaviour: "{{behaviour}}"}, ',
    );

    const { state, failure, evidence } = await shop.deploy('ok-2', {
      manifests: bad,
      spec: {
        parameters: PARAMETERS,
        groups: { one: { parameters: { behaviour: 'ok' } }, two: { parameters: { behaviour: 'crash' } } },
      },
    });

    expect(state, failure?.detail).toBe('rolled_back');
    expect(failure?.detail).toContain('api-two');
    expect(evidence?.groups).toEqual([
      { name: 'one', seen: expect.stringMatching(/healthy|progressing/) as unknown },
      { name: 'two', seen: 'failed', because: textWith('api-two') },
    ]);
    expect(await shop.world()).toEqual(before);
  });

  it('loses a group that is no longer named when it prunes', async () => {
    shop = await openShop();
    const spec = { parameters: PARAMETERS, prune: true };
    await shop.deploy('ok-1', { manifests: TEMPLATE, spec: { ...spec, groups: GROUPS } });

    const { failure } = await shop.deploy('ok-1', {
      manifests: TEMPLATE,
      spec: { ...spec, groups: { one: {} } },
    });

    expect(failure).toBeUndefined();
    expect(Object.keys(await shop.world()).sort()).toEqual([
      'configmaps/app-one',
      'configmaps/beanpod-api-staging',
      'deployments/api-one',
    ]);
  });

  it('is refused before a write when two of them have an object of one name', async () => {
    shop = await openShop();

    const { state, failure } = await shop.deploy('ok-1', {
      manifests: TEMPLATE.replace('app-{{groupName}}', 'app'),
      spec: { parameters: PARAMETERS, groups: GROUPS },
    });

    expect(state).toBe('failed');
    expect(failure).toMatchObject({ code: 'k8s.manifest-invalid' });
    expect(failure?.detail).toMatch(
      /^target for two:\d+ \(document 2, ConfigMap app\): is there already at target for one:\d+ /,
    );
    expect(failure?.detail).toContain('put {{groupName}} into them');
    expect(mutations()).toEqual([]);
  });

  it.each([
    ['a workload', TEMPLATE.replaceAll(/app: "?api-\{\{groupName\}\}"?/g, 'app: api')],
    [
      'a Service',
      `${TEMPLATE.replaceAll('labels: {app: "api-{{groupName}}"}', 'labels: {app: "api-{{groupName}}", part: api}')}
---
apiVersion: v1
kind: Service
metadata: {name: "api-{{groupName}}"}
spec: {selector: {part: api}, ports: [{port: 80}]}`,
    ],
  ])('is refused before a write when %s of one selects pods of another', async (_, manifests) => {
    shop = await openShop();

    const { failure } = await shop.deploy('ok-1', {
      manifests,
      spec: { parameters: PARAMETERS, groups: GROUPS },
    });

    expect(failure).toMatchObject({ code: 'k8s.manifest-invalid' });
    expect(failure?.detail).toMatch(
      /api-one\): its selector matches pods of the group two too: put \{\{groupName/,
    );
    expect(mutations()).toEqual([]);
  });

  it('leaves the replicas of a group to its autoscaler once that decides', async () => {
    shop = await openShop();
    const scaled = `${TEMPLATE}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: "api-{{groupName}}"}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: "api-{{groupName}}"}
  minReplicas: 1
  maxReplicas: 10
`;
    const order = { manifests: scaled, spec: { parameters: PARAMETERS, groups: GROUPS } };
    await shop.deploy('ok-1', order);
    expect(await deploymentOf('two')).toMatchObject({ spec: { replicas: 3 } });
    await shop.client.call('PATCH', '/apis/apps/v1/namespaces/shop/deployments/api-two?fieldManager=hpa', {
      contentType: 'application/merge-patch+json',
      body: { spec: { replicas: 5 } },
    });

    expect((await shop.deploy('ok-2', order)).failure).toBeUndefined();
    expect(await deploymentOf('two')).toMatchObject({ spec: { replicas: 5 } });
    expect(await deploymentOf('one')).toMatchObject({ spec: { replicas: 1 } });
  });
});

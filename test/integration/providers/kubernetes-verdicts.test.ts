import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/shared/domain/outcome.js';
import { configMap, CONFIG_MAPS, deployment } from '../simulators/kubernetes-session.js';
import { applied, openWatching, watchSet, type Watching } from './kubernetes-watching.js';

const SPEED = 20;

let watching: Watching;
beforeAll(async () => {
  // The margin of a loaded machine is worth many simulated seconds at this speed.
  watching = await openWatching({ speed: SPEED, bookmarkMs: 1_000, times: { silence: 30_000 } });
});
afterAll(() => watching.close());

function code(outcome: Outcome): string {
  return outcome.said === 'failed' ? outcome.failure.code : outcome.said;
}

describe.concurrent('the verdict about a set', () => {
  it('is about the Service too', async () => {
    const object = await applied(watching, deployment('backed', 'shop/api:ok-1'));
    const services = '/api/v1/namespaces/default/services';
    const { body } = await watching.client.post(services, {
      metadata: { name: 'backed' },
      spec: { selector: { app: 'backed' }, ports: [{ port: 80 }] },
    });
    const { uid, resourceVersion } = body.metadata;
    const service = {
      ref: { apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'backed' },
      collection: services,
      written: { uid, resourceVersion },
    };

    const { objects } = await watchSet(
      watching,
      [object, service],
      SPEED,
      ({ outcome }) => outcome.said === 'done',
    );

    expect(objects.map(({ health }) => health.reason)).toEqual([
      '1 of 1 pods are new and available',
      '1 ready addresses are behind it',
    ]);
  });

  it('of an object that somebody deletes is bad', async () => {
    const object = await applied(watching, deployment('deleted', 'shop/api:slow-1'));
    const pending = watchSet(watching, [object], SPEED);
    await watching.client.call('DELETE', '/apis/apps/v1/namespaces/default/deployments/deleted');

    expect(code((await pending).outcome)).toBe('k8s.object-missing');
  });

  it('does not wait for configuration, which has no health', async () => {
    const { body } = await watching.client.post(CONFIG_MAPS, configMap('settings', { level: 'info' }));
    const { uid, resourceVersion } = body.metadata;
    const settings = {
      ref: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'settings' },
      collection: CONFIG_MAPS,
      written: { uid, resourceVersion },
    };

    const { outcome } = await watchSet(watching, [settings], SPEED, () => true);

    expect(outcome.said).toBe('done');
    expect(watching.count('list', 'configmaps')).toBe(0);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { openShop, shopManifests, type Shop } from './kubernetes-shop.js';

let shop: Shop;
afterEach(() => shop.close());

describe('the manifest of an object', () => {
  it('waits for a Job of the set only as far as its manifest says', async () => {
    shop = await openShop();
    const manifests = `
apiVersion: batch/v1
kind: Job
metadata: {name: long, annotations: {beanpod.dev/job-must: start}}
spec:
  template:
    metadata: {annotations: {sim.beanpod.dev/behaviour: ok runs=10h}}
    spec: {restartPolicy: Never, containers: [{name: run, image: registry.example.com/shop/api}]}
`;

    expect((await shop.deploy('1', { manifests })).state).toBe('succeeded');

    const { body } = await shop.client.get('/apis/batch/v1/namespaces/shop/jobs/long');
    expect(body['status']).toMatchObject({ active: 1 });
  });

  it.each([
    ['Live', 'succeeded'],
    ['Broken', 'rolled_back'],
  ])('judges a custom resource that becomes %s by the rule of its manifest', async (phase, state) => {
    shop = await openShop();
    const rule = JSON.stringify({
      success: [{ path: '$.status.phase', value: 'Live' }],
      failure: [{ path: '$.status.phase', value: 'Broken' }],
    });
    const manifests = shopManifests()
      .replace('metadata: {name: one}', `metadata: {name: one, annotations: {beanpod.dev/health: '${rule}'}}`)
      .replace('storage: true', 'storage: true\n      subresources: {status: {}}')
      .replace(
        'properties:\n',
        'properties:\n            status: {type: object, properties: {phase: {type: string}}}\n',
      );

    const ended = await shop.deploy('ok-1', {
      manifests,
      async before(place) {
        if (place !== 'forward:await-0') return;
        await shop.client.call('PATCH', '/apis/shop.example.com/v1/namespaces/shop/widgets/one/status', {
          contentType: 'application/merge-patch+json',
          body: { status: { phase } },
        });
      },
    });

    expect(ended.state, ended.lines.join('\n')).toBe(state);
    if (state === 'rolled_back') expect(ended.failure).toMatchObject({ code: 'k8s.resource-failed' });
  });

  it('waits for the status of a custom resource, and says plainly that nobody judged it when none comes', async () => {
    shop = await openShop();
    const manifests = shopManifests().replace(
      'storage: true',
      'storage: true\n      subresources: {status: {}}',
    );

    const ended = await shop.deploy('ok-1', { manifests });

    expect(ended.state, ended.lines.join('\n')).toBe('succeeded');
    const said = ended.lines.findIndex((line) => line.includes('nobody knows whether it works'));
    expect(ended.lines[said]).toMatch(/Widget shop\/one: no controller has written a status within 10 s/);
  });

  it('takes a custom resource for what its controller says of it once it does', async () => {
    shop = await openShop();
    const manifests = shopManifests()
      .replace('storage: true', 'storage: true\n      subresources: {status: {}}')
      .replace(
        'properties:\n',
        'properties:\n            status: {type: object, x-kubernetes-preserve-unknown-fields: true}\n',
      );
    const conditions = [{ type: 'Stalled', status: 'True', reason: 'TooLarge', message: 'no such size' }];

    const ended = await shop.deploy('ok-1', {
      manifests,
      async before(place) {
        if (place !== 'forward:await-0') return;
        await shop.client.call('PATCH', '/apis/shop.example.com/v1/namespaces/shop/widgets/one/status', {
          contentType: 'application/merge-patch+json',
          body: { status: { conditions } },
        });
      },
    });

    expect(ended.state, ended.lines.join('\n')).toBe('rolled_back');
    expect(ended.failure?.detail).toContain('no such size');
  });
});

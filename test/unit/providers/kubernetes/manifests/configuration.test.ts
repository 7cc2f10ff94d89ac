import { describe, expect, it } from 'vitest';
import {
  applyChoices,
  chooseVersion,
  countContent,
  type ConfigurationMode,
} from '../../../../../src/providers/kubernetes/manifests/configuration.js';
import type { KubeObject } from '../../../../../src/providers/kubernetes/object.js';

function configMap(
  name: string,
  data: Record<string, string>,
  annotations?: Record<string, string>,
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, ...(annotations && { annotations }) },
    data,
  };
}

function secret(name: string, fields: Record<string, unknown>): KubeObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, ...fields };
}

const always = (mode: ConfigurationMode) => () => mode;

describe('versioned configuration', () => {
  it('starts at v000 and counts on from the highest', () => {
    expect(chooseVersion(configMap('app', { a: '1' }), []).name).toBe('app-v000');
    expect(
      chooseVersion(configMap('app', { a: '3' }), [
        configMap('app-v000', { a: '1' }),
        configMap('app-v999', { a: '2' }),
        configMap('app-v1', { a: '3' }),
        configMap('app-very', { a: '3' }),
      ]).name,
    ).toBe('app-v1000');
  });

  it('uses a version with equal content again', () => {
    const live = [configMap('app-v000', { a: '1' }), configMap('app-v001', { a: '2' })];

    expect(chooseVersion(configMap('app', { a: '1' }), live).name).toBe('app-v000');
  });

  it('sees that texts of a Secret equal their stored form', () => {
    const live = secret('db-v000', { data: { password: 'c2VzYW1l' }, type: 'Opaque' });

    expect(chooseVersion(secret('db', { stringData: { password: 'sesame' } }), [live]).name).toBe('db-v000');
  });

  it('rewrites every reference to it', () => {
    const pod = {
      imagePullSecrets: [{ name: 'db' }],
      volumes: [
        { name: 'a', configMap: { name: 'app' } },
        { name: 'b', secret: { secretName: 'db' } },
        { name: 'c', projected: { sources: [{ configMap: { name: 'app' } }, { secret: { name: 'db' } }] } },
        { name: 'd', csi: { driver: 'x', nodePublishSecretRef: { name: 'db' } } },
        { name: 'e', flexVolume: { driver: 'x', secretRef: { name: 'db' } } },
      ],
      containers: [
        {
          name: 'a',
          env: [
            { name: 'A', valueFrom: { configMapKeyRef: { name: 'app', key: 'k' } } },
            { name: 'B', valueFrom: { secretKeyRef: { name: 'db', key: 'k' } } },
          ],
        },
      ],
      initContainers: [
        { name: 'i', envFrom: [{ configMapRef: { name: 'app' } }, { secretRef: { name: 'db' } }] },
      ],
    };
    const objects: KubeObject[] = [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'api' },
        spec: { template: { spec: pod } },
      },
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'nightly' },
        spec: { jobTemplate: { spec: { template: { spec: structuredClone(pod) } } } },
      },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one' }, spec: structuredClone(pod) },
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: 'i' },
        spec: { tls: [{ secretName: 'db' }] },
      },
      {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 's' },
        secrets: [{ name: 'db' }],
        imagePullSecrets: [{ name: 'db' }],
      },
      configMap('app', { a: '1' }),
      secret('db', {}),
    ];

    applyChoices(
      objects,
      [
        { of: 'ConfigMap//app', name: 'app-v007', content: 0 },
        { of: 'Secret//db', name: 'db-v002', content: 0 },
      ],
      always('versioned'),
    );

    const text = JSON.stringify(objects.slice(0, 5));
    expect(text).not.toMatch(/"(app|db)"/);
    expect(text.match(/app-v007/g)).toHaveLength(4 * 3);
    expect(text.match(/db-v002/g)).toHaveLength(7 * 3 + 3);
    expect(objects[5]?.metadata).toEqual({
      name: 'app-v007',
      annotations: { 'beanpod.dev/version-of': 'app' },
    });
  });
});

describe('annotated configuration', () => {
  const workload = (): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'api' },
    spec: {
      template: { spec: { containers: [{ name: 'a', envFrom: [{ configMapRef: { name: 'app' } }] }] } },
    },
  });

  it('stamps nothing while the content is the one that was adopted', () => {
    const choice = countContent(configMap('app', { a: '1' }), configMap('app', { a: '1' }));
    const [object] = [workload()];

    applyChoices([object], [choice], always('annotated'));

    expect(choice.content).toBe(0);
    expect(object).toEqual(workload());
  });

  it('stamps the pods that read a content that changed, and keeps the stamp afterwards', () => {
    const changed = countContent(configMap('app', { a: '2' }), configMap('app', { a: '1' }));
    const kept = countContent(
      configMap('app', { a: '2' }),
      configMap('app', { a: '2' }, { 'beanpod.dev/content': '1' }),
    );
    const object = workload();

    applyChoices([object], [changed], always('annotated'));

    expect(kept).toEqual(changed);
    expect(object).toMatchObject({
      spec: { template: { metadata: { annotations: { 'beanpod.dev/configuration': 'ConfigMap/app:1' } } } },
    });
  });
});

import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop, type Shop } from './kubernetes-shop.js';

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'wire-'));
let shop: Shop;

beforeAll(async () => {
  shop = await openShop({ namespaces: ['shop', 'kubectl'] });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await shop.close();
});

const NETWORK_POLICY = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: only-web}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress:
    - from:
        - podSelector: {matchLabels: {app: web}}
      ports: [{port: 8080}]
`;

const DEFINITION = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gears.shop.example.com}
spec:
  group: shop.example.com
  scope: Namespaced
  names: {kind: Gear, plural: gears, singular: gear}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          x-kubernetes-preserve-unknown-fields: true
          properties: {spec: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`;

const FILE_MODE = `
apiVersion: v1
kind: Pod
metadata: {name: modes}
spec:
  volumes:
    - name: config
      configMap: {name: app, defaultMode: 0644, items: [{key: run, path: run.sh, mode: 0o755}]}
  containers:
    - {name: a, image: 'registry.example.com/shop/api', args: ["yes"], env: [{name: LATE, value: "22:22"}]}
`;

const UNKNOWN = `
apiVersion: v1
kind: ConfigMap
metadata: {name: typo}
daata: {a: b}
`;

/** Applies a manifest with the real kubectl; answers its exit code and what it said. */
function kubectl(manifest: string): Promise<{ readonly code: number; readonly said: string }> {
  const kubeconfig = join(folder, 'kubeconfig');
  const file = join(folder, 'manifest.yaml');
  writeFileSync(kubeconfig, shop.sim.kubeconfig());
  writeFileSync(file, manifest.replaceAll('shop/api', 'shop/api:ok-1'));
  const args = ['--kubeconfig', kubeconfig, '--cache-dir', folder, '-n', 'kubectl', 'apply', '--server-side'];
  return new Promise((resolve) => {
    execFile('kubectl', [...args, '-f', file], (error, stdout, stderr) => {
      resolve({ code: error ? 1 : 0, said: stdout + stderr });
    });
  });
}

async function spec(path: string): Promise<unknown> {
  const { body } = await shop.client.get(path);
  return body['spec'];
}

describe('what arrives at the server', () => {
  it.skipIf(!hasKubectl)('is the from of a NetworkPolicy, as kubectl sends it', async () => {
    expect(await kubectl(NETWORK_POLICY)).toMatchObject({ code: 0 });
    const { state } = await shop.deploy('ok-1', { manifests: NETWORK_POLICY, images: [] });

    expect(state).toBe('succeeded');
    const [ours, theirs] = await Promise.all(
      ['shop', 'kubectl'].map((ns) =>
        spec(`/apis/networking.k8s.io/v1/namespaces/${ns}/networkpolicies/only-web`),
      ),
    );
    expect(ours).toEqual(theirs);
    expect(ours).toMatchObject({ ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }] });
  });

  it.skipIf(!hasKubectl)(
    'is x-kubernetes-preserve-unknown-fields of a definition, as kubectl sends it',
    async () => {
      const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gears.shop.example.com';
      expect(await kubectl(DEFINITION)).toMatchObject({ code: 0 });
      const theirs = await spec(path);
      await shop.client.call('DELETE', path);
      await expect.poll(async () => (await shop.client.get(path)).status).toBe(404);

      const { state } = await shop.deploy('ok-1', { manifests: DEFINITION, images: [], service: 'gears' });

      expect(state).toBe('succeeded');
      expect(await spec(path)).toEqual(theirs);
      expect(JSON.stringify(theirs).match(/x-kubernetes-preserve-unknown-fields/g)).toHaveLength(2);
    },
  );

  it.skipIf(!hasKubectl)(
    'is defaultMode 0644 as 420, and texts as texts, as kubectl sends them',
    async () => {
      const configMap = { metadata: { name: 'app' }, data: { run: 'exit' } };
      for (const ns of ['shop', 'kubectl'])
        await shop.client.post(`/api/v1/namespaces/${ns}/configmaps`, configMap);
      expect(await kubectl(FILE_MODE)).toMatchObject({ code: 0 });

      const { state, lines } = await shop.deploy('ok-1', { manifests: FILE_MODE, service: 'modes' });

      expect(state, lines.join('\n')).toBe('succeeded');
      const volumes = await Promise.all(
        ['shop', 'kubectl'].map(async (ns) => {
          const { volumes, containers } = (await spec(`/api/v1/namespaces/${ns}/pods/modes`)) as Record<
            string,
            unknown[]
          >;
          return { config: volumes?.[0], containers };
        }),
      );
      expect(volumes[0]).toEqual(volumes[1]);
      expect(volumes[0]).toMatchObject({
        config: { configMap: { defaultMode: 420, items: [{ mode: 493 }] } },
        containers: [{ args: ['yes'], env: [{ value: '22:22' }] }],
      });
    },
  );

  it.skipIf(!hasKubectl)('is an unknown field, which the server refuses as it does to kubectl', async () => {
    expect((await kubectl(UNKNOWN)).said).toContain('daata');

    const { failure } = await shop.deploy('ok-1', { manifests: UNKNOWN, images: [], service: 'typo' });

    expect(failure).toMatchObject({ code: 'k8s.object-refused' });
    expect(failure?.detail).toContain('daata');
  });
});

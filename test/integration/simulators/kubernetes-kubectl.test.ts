import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fields } from '../../simulators/kubernetes/json.js';
import { createKubectl, hasKubectl, type Kubectl } from './kubectl.js';
import { configMap, deployment, openSession, type Session } from './kubernetes-session.js';

const PROBE = { readinessProbe: { httpGet: { path: '/', port: 80 } } };

describe.skipIf(!hasKubectl())('real kubectl', () => {
  let session: Session;
  let kubectl: Kubectl;
  beforeAll(async () => {
    session = await openSession({ speed: 50 });
    kubectl = createKubectl(session.simulator.kubeconfig());
  });
  afterAll(async () => {
    kubectl.clean();
    await session.close();
  });
  beforeEach(async () => {
    await ok('delete', 'deployments,configmaps,pods', '--all', '--wait=true', '--grace-period=1');
  });

  async function ok(...args: string[]): Promise<string> {
    const { code, out, err } = await kubectl(...args);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${code}: ${err}${out}`);
    return out;
  }

  function web(image: string, spec: Fields = {}): string {
    const containers = [{ name: 'web', image, ports: [{ containerPort: 80 }], ...PROBE }];
    return kubectl.manifest('web', deployment('web', image, { replicas: 2, ...spec }, { containers }));
  }

  it('lists the resources and the version', async () => {
    expect(await ok('api-resources')).toMatch(/deployments\s+deploy\s+apps\/v1\s+true\s+Deployment/);
    expect(await ok('version')).toContain('Server Version: v1.32');
  });

  it('applies, sees no difference, applies a change and waits for the rollout', async () => {
    expect(await ok('apply', '-f', web('app:ok-1'))).toBe('deployment.apps/web created\n');
    expect(await ok('apply', '-f', web('app:ok-1'))).toBe('deployment.apps/web unchanged\n');
    expect(await ok('rollout', 'status', 'deploy/web', '--timeout=15s')).toContain('successfully rolled out');

    const diff = await kubectl('diff', '-f', web('app:ok-2'));
    expect(diff.code).toBe(1);
    expect(diff.out).toMatch(/-\s+- image: app:ok-1\n\+\s+- image: app:ok-2/);
    expect(await ok('apply', '-f', web('app:ok-2'))).toBe('deployment.apps/web configured\n');
    expect(await ok('rollout', 'status', 'deploy/web', '--timeout=15s')).toContain('successfully rolled out');
  });

  it('keeps a history, undoes and restarts', async () => {
    await ok('apply', '-f', web('app:ok-1'));
    await ok('annotate', 'deploy/web', 'kubernetes.io/change-cause=first');
    await ok('rollout', 'status', 'deploy/web', '--timeout=15s');
    await ok('set', 'image', 'deploy/web', 'web=app:ok-2');
    await ok('rollout', 'status', 'deploy/web', '--timeout=15s');
    const before = await ok('rollout', 'history', 'deploy/web');
    await ok('rollout', 'undo', 'deploy/web');
    await ok('rollout', 'status', 'deploy/web', '--timeout=15s');
    const image = await ok('get', 'deploy/web', '-o', 'jsonpath={.spec.template.spec.containers[0].image}');
    const after = await ok('rollout', 'history', 'deploy/web');
    await ok('rollout', 'restart', 'deploy/web');

    expect(before).toMatch(/^1\s+first$/m);
    expect(image).toBe('app:ok-1');
    expect(after).toMatch(/^3\s+/m);
    expect(after).not.toMatch(/^1\s+/m);
    expect(await ok('get', 'deploy/web', '-o', 'yaml')).toContain('kubectl.kubernetes.io/restartedAt');
  });

  it('sees a failed rollout time out', async () => {
    await ok('apply', '-f', web('app:crash-1', { progressDeadlineSeconds: 30 }));

    const status = await kubectl('rollout', 'status', 'deploy/web', '--timeout=15s');

    expect(status.code).toBe(1);
    expect(status.err).toContain('exceeded its progress deadline');
  });

  it('applies on the server, is told of conflicts and takes fields by force', async () => {
    await ok('apply', '--server-side', '-f', web('app:ok-1'));
    await ok('set', 'image', 'deploy/web', 'web=app:ok-2');

    const refused = await kubectl('apply', '--server-side', '-f', web('app:ok-1'));
    const forced = await ok('apply', '--server-side', '--force-conflicts', '-f', web('app:ok-1'));
    const diff = await kubectl('diff', '--server-side', '-f', web('app:ok-3'));
    const dry = await ok('apply', '--server-side', '--dry-run=server', '-f', web('app:ok-3'));

    expect(refused.err).toContain('Apply failed with 1 conflict: conflict with "kubectl-set" using apps/v1');
    expect(forced).toBe('deployment.apps/web serverside-applied\n');
    expect(diff.out).toContain('image: app:ok-3');
    expect(dry).toContain('serverside-applied (server dry run)');
    expect(await ok('get', 'deploy/web', '-o', 'jsonpath={..image}')).toBe('app:ok-1');
  });

  it('is refused typos', async () => {
    const typo = kubectl.manifest('typo', deployment('typo', 'app:ok-1', { replicaz: 2 }));

    const client = await kubectl('apply', '-f', typo);
    const server = await kubectl('apply', '--server-side', '-f', typo);

    expect(client.err).toContain('strict decoding error: unknown field "spec.replicaz"');
    expect(server.err).toContain('.spec.replicaz: field not declared in schema');
  });

  it('creates, replaces, patches in every way, labels and annotates', async () => {
    const manifest = kubectl.manifest('config', configMap('config', { a: '1' }));
    expect(await ok('create', '-f', manifest)).toBe('configmap/config created\n');
    expect((await kubectl('create', '-f', manifest)).err).toContain('AlreadyExists');
    expect(await ok('replace', '-f', kubectl.manifest('config', configMap('config', { a: '2' })))).toBe(
      'configmap/config replaced\n',
    );
    await ok('patch', 'cm/config', '--type=merge', '-p', '{"data":{"b":"1"}}');
    await ok('patch', 'cm/config', '--type=json', '-p', '[{"op":"add","path":"/data/c","value":"1"}]');
    await ok('patch', 'cm/config', '-p', '{"data":{"d":"1"}}');
    await ok('label', 'cm/config', 'tier=web');
    await ok('annotate', 'cm/config', 'note=yes');

    expect(JSON.parse(await ok('get', 'cm/config', '-o', 'json'))).toMatchObject({
      data: { a: '2', b: '1', c: '1', d: '1' },
      metadata: { labels: { tier: 'web' }, annotations: { note: 'yes' } },
    });
  });

  it('scales and waits', async () => {
    await ok('apply', '-f', web('app:ok-1'));
    expect(await ok('scale', 'deploy/web', '--replicas=4')).toBe('deployment.apps/web scaled\n');
    await ok('rollout', 'status', 'deploy/web', '--timeout=15s');

    expect(await ok('wait', '--for=condition=Available', 'deploy/web', '--timeout=10s')).toContain(
      'condition met',
    );
    expect(await ok('get', 'deploy/web')).toMatch(/web\s+4\/4\s+4\s+4/);
  });

  it('prints tables, wide and narrow, and watches', async () => {
    await ok('apply', '-f', web('app:ok-1'));
    await ok('rollout', 'status', 'deploy/web', '--timeout=15s');
    const wide = await ok('get', 'pods', '-o', 'wide');
    const all = await ok('get', 'all');
    const watching = kubectl.until(['get', 'pods', '-w', '--no-headers'], (out) =>
      out.includes('CrashLoopBackOff'),
    );
    await ok('set', 'image', 'deploy/web', 'web=app:crash-1');

    expect(wide).toMatch(/^NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE\s+IP\s+NODE/);
    expect(wide).toMatch(/web-\w+-\w+\s+1\/1\s+Running\s+0/);
    expect(all).toContain('replicaset.apps/web-');
    expect(await watching).toMatch(/0\/1\s+CrashLoopBackOff/);
  });

  it('describes a Deployment and a pod with their events', async () => {
    await ok('apply', '-f', web('app:image-not-found'));
    await expect.poll(() => ok('get', 'pods'), { timeout: 10_000 }).toContain('ImagePullBackOff');

    const workload = await ok('describe', 'deploy/web');
    const pods = await ok('describe', 'pods');

    expect(workload).toContain('Scaled up replica set web-');
    expect(pods).toContain('Failed to pull image "app:image-not-found"');
    expect(await ok('events', '--types=Warning')).toContain('Failed to pull image');
  });

  it('reads logs of a pod, of a Deployment, of the previous run, and follows them', async () => {
    await ok('apply', '-f', web('app:ok-1', { replicas: 1 }));
    await ok('rollout', 'status', 'deploy/web', '--timeout=15s');
    const pod = (await ok('get', 'pods', '-o', 'name')).trim();
    const following = kubectl.until(['logs', '-f', pod], (out) => out.includes('came later'));
    await session.control.writeLog({
      namespace: 'default',
      pod: pod.replace('pod/', ''),
      container: 'web',
      lines: ['came later'],
    });

    expect(await ok('logs', pod, '--tail=1')).toBe('came later\n');
    expect(await ok('logs', 'deploy/web')).toContain('web is listening');
    expect(await following).toContain('came later');
  });

  it('runs commands in a container and reads metrics', async () => {
    await ok('apply', '-f', web('app:ok-1', { replicas: 1 }));
    await ok('rollout', 'status', 'deploy/web', '--timeout=15s');

    const good = await kubectl('exec', 'deploy/web', '--', 'echo', 'hello');
    const bad = await kubectl('exec', 'deploy/web', '--', 'sh', '-c', 'exit 3');

    expect(good.out).toBe('hello\n');
    expect(bad).toMatchObject({ code: 3, err: expect.stringContaining('exit code 3') as string });
    expect(await ok('top', 'pods')).toMatch(/web-\w+-\w+\s+50m\s+64Mi/);
  });

  it('deletes and waits until the object is gone', async () => {
    await ok('apply', '-f', web('app:ok-1'));

    expect(await ok('delete', '-f', web('app:ok-1'))).toBe('deployment.apps "web" deleted\n');
    expect((await kubectl('get', 'deploy/web')).err).toContain('deployments.apps "web" not found');
  });
});

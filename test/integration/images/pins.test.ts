import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Provider } from '../../../src/providers/define-provider.js';
import type { RegistrySetting } from '../../../src/shared/config/registry-settings.js';
import type { Artifact } from '../../../src/shared/contract/artifact.js';
import type { Policy } from '../../../src/shared/contract/policy.js';
import { wait } from '../../../src/shared/domain/outcome.js';
import { newId } from '../../../src/shared/new-id.js';
import { createImageDigests } from '../../../src/shared/store/image-digests.js';
import { createRegistries, type Registries } from '../../../src/workers/images/registries.js';
import { startRegistry, type RegistrySimulator } from '../../simulators/registry/start.js';
import { useRedis } from '../../support/redis.js';
import { createScriptedCloud, degraded, type Script } from '../../support/scripted-provider.js';
import { createInstallation } from '../../support/worker.js';

const redis = useRedis();
let sim: RegistrySimulator;
let beanpod: ReturnType<typeof createInstallation>;
let namespace: string;
const others: ReturnType<typeof createInstallation>[] = [];
const opened: Registries[] = [];

beforeAll(() => redis.start());
afterAll(() => redis.stop());

beforeEach(async () => {
  sim = await startRegistry();
  namespace = `${redis.namespace}-${newId()}`;
  beanpod = withRegistries([{ host: sim.host, plainHttp: true }]);
});

afterEach(async () => {
  const broken = await beanpod.deployments.audit();
  await Promise.all([beanpod, ...others.splice(0)].map((each) => each.close()));
  await Promise.all(opened.splice(0).map((registries) => registries.close()));
  await sim.close();
  expect(broken).toEqual([]);
});

function withRegistries(settings: readonly RegistrySetting[]): ReturnType<typeof createInstallation> {
  const registries = createRegistries(settings);
  opened.push(registries);
  return createInstallation({ url: redis.url, namespace, registries });
}

/** A scripted cloud that remembers the artifacts its provider was opened with. */
function createCloud(script: Script = {}) {
  const cloud = createScriptedCloud(script);
  const artifacts: Artifact[] = [];
  const scripted = cloud.provider;
  const provider: Provider = {
    ...scripted,
    open(target, release, surroundings) {
      artifacts.push(release.artifact);
      return scripted.open(target, release, surroundings);
    },
  };
  return Object.assign(cloud, { provider, artifacts });
}

const imageOf = (tag: string, name = 'shop/api') => `${sim.host}/${name}:${tag}`;
const artifactOf = (tag: string): Artifact => ({ type: 'image', image: imageOf(tag), port: 80 });
const pinned = (tag: string, digest: string) => [
  { type: 'image', image: `${imageOf(tag)}@${digest}`, port: 80 },
];

async function textsOf(id: string): Promise<readonly string[]> {
  return (await beanpod.journal.read(id, 0, 1_000)).map(({ text }) => text);
}

describe('a version with a tag', () => {
  test('runs the digest that the tag named first, also after it was pushed again', async () => {
    const first = sim.push('shop/api', '1');
    const cloud = createCloud();
    beanpod.startWorker(cloud.provider);

    const one = await beanpod.deploy('v2', { artifact: artifactOf('1') });
    expect(await beanpod.end(one)).toEqual({ name: 'succeeded' });
    const second = sim.push('shop/api', '1');
    cloud.artifacts.length = 0;
    const other = await beanpod.deploy('v2', { artifact: artifactOf('1') });
    expect(await beanpod.end(other)).toEqual({ name: 'succeeded' });
    expect(cloud.artifacts).toEqual(pinned('1', first));

    const next = await beanpod.deploy('v3', { artifact: artifactOf('1') });
    expect(await beanpod.end(next)).toEqual({ name: 'succeeded' });
    expect(cloud.artifacts.at(-1)).toEqual(pinned('1', second)[0]);
    expect(await textsOf(one)).toContain(`Image ${imageOf('1')} is ${first}`);
    expect(await textsOf(other)).toContain(
      `${imageOf('1')} names ${second} by now; this version stays with ${first}`,
    );
    expect((await beanpod.deployments.load(other))?.progress.digests).toEqual({ [imageOf('1')]: first });
  });

  test('fails before anything is asked of the cloud when the image does not exist', async () => {
    const cloud = createCloud();
    beanpod.startWorker(cloud.provider);
    const id = await beanpod.deploy('v2', { artifact: artifactOf('2') });

    expect(await beanpod.end(id)).toMatchObject({
      name: 'failed',
      wrote: false,
      failure: { code: 'image.not-found', detail: `${sim.host} has no ${imageOf('2')}` },
    });
    expect(cloud.artifacts).toEqual([]);
  });

  test('fails when the bytes that it ran with are gone', async () => {
    const digest = sim.push('shop/api', '1');
    const cloud = createCloud();
    beanpod.startWorker(cloud.provider);
    await beanpod.end(await beanpod.deploy('v2', { artifact: artifactOf('1') }));
    sim.push('shop/api', '1');
    sim.remove('shop/api', digest);

    const id = await beanpod.deploy('v2', { artifact: artifactOf('1') });

    expect(await beanpod.end(id)).toMatchObject({
      name: 'failed',
      wrote: false,
      failure: { code: 'image.not-found', detail: `${sim.host} has no ${sim.host}/shop/api@${digest}` },
    });
  });

  test('is deployed again while the registry is away, since nodes may have it', async () => {
    const digest = sim.push('shop/api', '1');
    const cloud = createCloud();
    beanpod.startWorker(cloud.provider);
    await beanpod.end(await beanpod.deploy('v2', { artifact: artifactOf('1') }));
    sim.fail(/manifests/, { status: 503 }, 100);

    const id = await beanpod.deploy('v2', { artifact: artifactOf('1') });

    expect(await beanpod.end(id)).toEqual({ name: 'succeeded' });
    expect(cloud.artifacts.at(-1)).toEqual(pinned('1', digest)[0]);
    expect(await beanpod.story(id)).toContain('image.unchecked');
  });

  test('goes on as it began in the hands of a worker that knows no registry', async () => {
    const digest = sim.push('shop/api', '1');
    const cloud = createCloud({ settle: [wait(60_000, 'for long')] });
    const worker = beanpod.startWorker(cloud.provider);
    const id = await beanpod.deploy('v2', { artifact: artifactOf('1') });
    await expect.poll(() => cloud.visits).toContain('settle');
    await worker.close();
    sim.world.calls.length = 0;
    cloud.script = {};
    const other = withRegistries([]);
    others.push(other);
    other.startWorker(cloud.provider);

    expect(await beanpod.end(id)).toEqual({ name: 'succeeded' });
    expect(new Set(cloud.artifacts.map((each) => JSON.stringify(each)))).toEqual(
      new Set([JSON.stringify(pinned('1', digest)[0])]),
    );
    expect(sim.world.calls).toEqual([]);
  });

  test('stays as it ran when it ran by its tag and somebody goes back to it', async () => {
    sim.push('shop/api', '1');
    const cloud = createCloud();
    beanpod.startWorker(cloud.provider);
    const id = await beanpod.deploy('v1', { artifact: artifactOf('1'), kind: 'rollback' });

    expect(await beanpod.end(id)).toEqual({ name: 'succeeded' });
    expect(cloud.artifacts).toEqual([artifactOf('1')]);
    expect(sim.world.calls).toEqual([]);
    expect(await textsOf(id)).toContain(
      `${imageOf('1')} is deployed by its tag, which may name another image later: it ran like that before`,
    );
  });

  test('is rolled back without asking the registry', async () => {
    sim.push('shop/api', '1');
    const cloud = createCloud({ assess: [degraded] });
    beanpod.startWorker(cloud.provider);
    const id = await beanpod.deploy('v2', { artifact: artifactOf('1') });

    expect(await beanpod.end(id)).toMatchObject({ name: 'rolled_back' });
    expect(sim.world.calls).toHaveLength(1);
  });
});

describe('several images', () => {
  test('are pinned each, and what is pinned already stays as it is written', async () => {
    const [api, web] = [sim.push('shop/api', '1'), sim.push('shop/web', '1')];
    const cloud = createCloud();
    beanpod.startWorker(cloud.provider);
    const given = `${imageOf('old', 'shop/web')}@${web}`;
    const id = await beanpod.deploy('v2', {
      artifact: { type: 'manifests', manifests: 'kind: List', images: [imageOf('1'), given, 'nginx:1'] },
    });

    expect(await beanpod.end(id)).toEqual({ name: 'succeeded' });
    expect(cloud.artifacts).toEqual([
      { type: 'manifests', manifests: 'kind: List', images: [`${imageOf('1')}@${api}`, given, 'nginx:1'] },
    ]);
    expect(await textsOf(id)).toContain(
      'nginx:1 is deployed by its tag, which may name another image later: docker.io is not configured',
    );
  });

  test('of which one does not exist are not deployed, whatever the others have', async () => {
    sim.push('shop/web', '1');
    sim.fail(/shop\/web/, { status: 503 }, 100);
    const cloud = createCloud();
    beanpod.startWorker(cloud.provider);
    const images = [imageOf('1', 'shop/web'), imageOf('1')];
    const id = await beanpod.deploy('v2', { artifact: { type: 'images', images } });

    expect(await beanpod.end(id)).toMatchObject({ name: 'failed', failure: { code: 'image.not-found' } });
  });
});

describe('while the registry cannot answer', () => {
  const SOON: Policy = { deadlines: { prepareMs: 1_000 } };

  test('a deployment waits with the reason, and goes on by itself', async () => {
    sim.push('shop/api', '1');
    sim.fail(/manifests/, { status: 503, headers: { 'retry-after': '0.05' } }, 3);
    const cloud = createCloud();
    beanpod.startWorker(cloud.provider);
    const id = await beanpod.deploy('v2', { artifact: artifactOf('1') });

    expect(await beanpod.end(id)).toEqual({ name: 'succeeded' });
    expect((await beanpod.story(id)).filter((line) => line === 'images.waiting')).toHaveLength(1);
    expect(await textsOf(id)).toContain(
      `Waiting for an image registry: ${sim.host} answers 503 to the question for ${imageOf('1')}`,
    );
  });

  test('it fails at the deadline before the first write', async () => {
    sim.fail(/manifests/, { status: 429 }, 1_000);
    const cloud = createCloud();
    beanpod.startWorker(cloud.provider);
    const id = await beanpod.deploy('v2', { artifact: artifactOf('1'), policy: SOON });

    expect(await beanpod.end(id)).toMatchObject({
      name: 'failed',
      wrote: false,
      failure: { code: 'image.unavailable', blame: 'platform' },
    });
    expect(cloud.artifacts).toEqual([]);
  });

  test('it can be cancelled', async () => {
    sim.fail(/manifests/, { status: 503 }, 1_000);
    beanpod.startWorker(createCloud().provider);
    const id = await beanpod.deploy('v2', { artifact: artifactOf('1') });
    await expect.poll(() => beanpod.story(id)).toContain('images.waiting');
    await beanpod.deployments.cancel(id, { by: 'ada', reason: 'typo' });

    expect(await beanpod.end(id)).toMatchObject({ name: 'cancelled' });
  });
});

describe('a target that wants digests', () => {
  const STRICT: Policy = { images: 'digest' };

  test('refuses a tag of a registry that is not configured, before the first write', async () => {
    const cloud = createCloud();
    beanpod.startWorker(cloud.provider);
    const artifact = { type: 'image', image: 'registry.example.com/shop/api:1' } as const;
    const id = await beanpod.deploy('v2', { artifact, policy: STRICT });

    expect(await beanpod.end(id)).toMatchObject({
      name: 'failed',
      wrote: false,
      failure: {
        code: 'image.unpinned',
        detail: 'Nobody knows the digest of registry.example.com/shop/api:1',
      },
    });
    expect(cloud.artifacts).toEqual([]);
  });

  test('takes a tag that was looked up, and a digest from anywhere', async () => {
    const digest = sim.push('shop/api', '1');
    const cloud = createCloud();
    beanpod.startWorker(cloud.provider);
    const elsewhere = `registry.example.com/shop/web@${digest}`;
    const artifact: Artifact = { type: 'images', images: [imageOf('1'), elsewhere] };
    const id = await beanpod.deploy('v2', { artifact, policy: STRICT });

    expect(await beanpod.end(id)).toEqual({ name: 'succeeded' });
    expect(cloud.artifacts).toEqual([{ type: 'images', images: [`${imageOf('1')}@${digest}`, elsewhere] }]);
  });
});

test('of workers that find out different things at once all take the first', async () => {
  const digests = createImageDigests(beanpod.redis, namespace);
  const version = { service: 'shop', version: 'v2' };
  const found = Array.from({ length: 50 }, (_, n) => `sha256:${String(n).padStart(64, '0')}`);

  const kept = await Promise.all(found.map((digest) => digests.keep(version, 'a:1', digest)));

  expect(new Set(kept).size).toBe(1);
  expect(await digests.of(version, ['a:1', 'b:1'])).toEqual({ 'a:1': kept[0] });
  expect(await digests.of({ service: 'shop', version: 'v3' }, ['a:1'])).toEqual({});
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startInstallation, type Installation } from '../../chaos/installation.js';

/** A disk of a few megabytes needs root, and a kernel that lets it mount one. */
const folder = mkdtempSync(path.join(tmpdir(), 'beanpod-disk-'));
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]).status === 0;

let beanpod: Installation;
afterEach(() => beanpod.close());
beforeAll(() => {
  if (!isMounted) console.log('Left out: a full disk, since no tmpfs can be mounted here');
});
afterAll(() => {
  if (isMounted) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
});

const ballast = path.join(folder, 'ballast');

function fillDisk(): void {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize));
}

describe.skipIf(!isMounted).each(['everysec', 'always'])(
  'on a full disk with appendfsync %s',
  (appendfsync) => {
    it('requests are refused with 503, and what was accepted is there when there is room again', async () => {
      beanpod = await startInstallation({ leaseMs: 2_000, folder, redis: { appendfsync } });
      const { url } = await beanpod.fleet.start('api');
      await beanpod.configure(url, 2);
      const accepted = (await beanpod.deploy(url, 0, 'v1'))?.body.id ?? '';
      fillDisk();
      await expect
        .poll(async () => (await beanpod.deploy(url, 1, 'v1'))?.status, { timeout: 20_000 })
        .toBe(503);
      const refused = await beanpod.deploy(url, 1, 'v1');
      expect(refused?.headers.get('retry-after')).toBe('2');
      rmSync(ballast);
      // With `always` Redis gives up on a full disk and its supervisor starts it again.
      if (appendfsync === 'always') await beanpod.redis.restart();
      await expect
        .poll(async () => (await beanpod.deploy(url, 1, 'v2'))?.status, { timeout: 20_000 })
        .toBe(202);

      expect(await beanpod.stateOf(accepted)).toBe('queued');
      expect(await beanpod.deployments.audit()).toEqual([]);
      rmSync(path.join(folder, 'appendonlydir'), { recursive: true, force: true });
    }, 240_000);
  },
);

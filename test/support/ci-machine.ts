import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { watchProgram, type Watched } from './child.js';
import { startLiveInstance, type LiveInstance } from './live-instance.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The folder of the snippets for CI systems. */
export const CLIENTS = path.join(root, 'clients');

/** A snippet as text. */
export function readClient(file: string): string {
  return readFileSync(path.join(CLIENTS, file), 'utf8');
}

/** An image of this version, by a digest that follows from its name. */
export function imageOf(version: string): string {
  const digest = Buffer.from(version).toString('hex').padEnd(64, '0').slice(0, 64);
  return `registry.example.com/shop@sha256:${digest}`;
}

/** A live instance, and a machine of a CI system that runs scripts against it. */
export function useCiMachine() {
  const folder = mkdtempSync(path.join(tmpdir(), 'beanpod-ci-'));
  const bin = path.join(folder, 'bin');
  let running: LiveInstance | undefined;

  function instance(): LiveInstance {
    if (!running) throw new Error('Call start() first');
    return running;
  }

  return {
    folder,
    get instance(): LiveInstance {
      return instance();
    },
    async start(): Promise<void> {
      execFileSync(process.execPath, ['scripts/build-cli.mjs', folder], { cwd: root });
      mkdirSync(bin);
      symlinkSync(path.join(folder, 'beanpod.mjs'), path.join(bin, 'beanpod'));
      running = await startLiveInstance();
    },
    /** Runs a script in the folder, with `beanpod` on the PATH as in the image. */
    run(shell: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Watched {
      const paths = `${bin}:${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
      const all = { ...instance().env, PATH: paths, TMPDIR: folder, ...env };
      return watchProgram(shell, args, all, folder);
    },
    /** The newest deployment with its log as text. */
    async newest(): Promise<{ id: string; version: string; log: string }> {
      const { call } = instance();
      const { id = '', version = '' } = (await call.get('/v1/deployments?limit=1')).body.items[0] ?? {};
      const log = await call.get(`/v1/deployments/${id}/logs`).set('accept', 'text/plain').buffer(true);
      return { id, version, log: log.text };
    },
    async stop(): Promise<void> {
      await running?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

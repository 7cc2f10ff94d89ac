import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';

/** What one run of kubectl said. */
export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** The real kubectl against one simulator, with a folder of its own for kubeconfig, cache and manifests. */
export interface Kubectl {
  /** Runs a command; `input` goes to its standard input. Killed after 20 s. */
  (...args: string[]): Promise<Ran>;
  /** Writes objects into a manifest and returns its path. */
  manifest(name: string, ...objects: unknown[]): string;
  /** Runs a command that does not end by itself until its output satisfies the predicate, and returns the output. */
  until(args: string[], satisfied: (out: string) => boolean): Promise<string>;
  /** Removes the folder. */
  clean(): void;
}

/** Whether there is a kubectl on the PATH; says so when there is none, as its tests are then left out. */
export function hasKubectl(): boolean {
  const found = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;
  if (!found)
    console.warn('SKIPPED: the kubectl tests of the Kubernetes simulator, as no kubectl is on the PATH');
  return found;
}

/** Prepares kubectl for a kubeconfig. */
export function createKubectl(kubeconfig: string): Kubectl {
  const folder = mkdtempSync(path.join(tmpdir(), 'kubectl-'));
  const config = path.join(folder, 'kubeconfig.yaml');
  writeFileSync(config, kubeconfig, { mode: 0o600 });
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, KUBECONFIG: config };
  const flags = ['--cache-dir', path.join(folder, 'cache')];

  const run = (...args: string[]): Promise<Ran> =>
    new Promise((resolve) => {
      execFile('kubectl', [...flags, ...args], { env, timeout: 20_000 }, (error, out, err) => {
        const code = typeof error?.code === 'number' ? error.code : 1;
        resolve({ code: error === null ? 0 : code, out, err });
      });
    });

  return Object.assign(run, {
    manifest(name: string, ...objects: unknown[]) {
      const file = path.join(folder, `${name}.yaml`);
      writeFileSync(file, objects.map((object) => stringify(object)).join('---\n'));
      return file;
    },
    until: (args: string[], satisfied: (out: string) => boolean) =>
      new Promise<string>((resolve, reject) => {
        const child = spawn('kubectl', [...flags, ...args], { env });
        let out = '';
        const timer = setTimeout(() => child.kill(), 20_000);
        child.stdout.on('data', (chunk: Buffer) => {
          out += chunk.toString('utf8');
          if (satisfied(out)) child.kill();
        });
        child.once('error', reject);
        child.once('close', () => {
          clearTimeout(timer);
          resolve(out);
        });
      }),
    clean: () => rmSync(folder, { recursive: true, force: true }),
  });
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createControlClient, type ControlClient } from '../test/simulators/kubernetes/control-client.js';
import { kubeconfigOf } from '../test/simulators/kubernetes/kubeconfig.js';
import {
  createRawClient,
  type RawClient,
  type WatchEvent,
} from '../test/simulators/kubernetes/raw-client.js';

/** A simulated cluster in a process of its own, so that it costs neither the worker nor the bench any time. */
export interface BenchCluster {
  readonly client: RawClient;
  readonly control: ControlClient;
  /** Where files of this run may go. */
  readonly folder: string;
  /** A kubeconfig of an administrator with this name, under which its calls are counted. */
  kubeconfig(user: string): Promise<string>;
  /** The same in a file. */
  kubeconfigFile(user: string): Promise<string>;
  createNamespace(name: string): Promise<void>;
  /** Calls of each user so far. */
  calls(user: string): Promise<readonly { readonly verb: string; readonly resource: string | undefined }[]>;
  /** Hands over every object that a watch brings, until the signal aborts. */
  follow(path: string, take: (object: WatchEvent['object']) => void, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** `speed`: how many times as fast as the real time its clock goes. */
export async function startCluster(speed: number): Promise<BenchCluster> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-kubernetes-'));
  const args = ['test/simulators/kubernetes/main.ts', `--speed=${speed}`, `--folder=${folder}`];
  const child = spawn(process.execPath, ['--import', 'tsx', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const said = JSON.parse(line) as { url: string; ca: string; token: string };
  const access = { url: said.url, ca: readFileSync(said.ca, 'utf8'), token: said.token };
  const client = createRawClient(access);
  const control = createControlClient(access);

  async function kubeconfig(user: string): Promise<string> {
    const token = await control.addIdentity({ name: user, groups: ['system:masters'] });
    return kubeconfigOf({ ...access, user, token, namespace: 'default' });
  }

  return {
    client,
    control,
    folder,
    kubeconfig,
    async kubeconfigFile(user) {
      const file = path.join(folder, `${user}.yaml`);
      writeFileSync(file, await kubeconfig(user), { mode: 0o600 });
      return file;
    },
    async createNamespace(name) {
      const { status, text } = await client.post('/api/v1/namespaces', { metadata: { name } });
      if (status !== 201) throw new Error(`The simulator refused namespace ${name}: ${text}`);
    },
    async calls(user) {
      return (await control.calls()).filter((call) => call.user === user);
    },
    async follow(path, take, signal) {
      const { body } = await client.stream(path);
      const reader = body?.getReader();
      signal.addEventListener('abort', () => void reader?.cancel(), { once: true });
      const decoder = new TextDecoder();
      let rest = '';
      for (;;) {
        const chunk = await reader?.read();
        if (!chunk || chunk.done) return;
        const lines = (rest + decoder.decode(chunk.value as Uint8Array, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        for (const each of lines) take((JSON.parse(each) as WatchEvent).object);
      }
    },
    async close() {
      await Promise.all([client.close(), control.close()]);
      child.kill('SIGTERM');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

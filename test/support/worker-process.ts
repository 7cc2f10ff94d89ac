import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { newId } from '../../src/shared/new-id.js';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** A process of Beanpod, started from the sources. */
export interface BeanpodProcess {
  readonly name: string;
  readonly child: ChildProcess;
  /** Resolves with the fields of the first line of its log with this message. Rejects when the process ends before. */
  said(message: string): Promise<Record<string, unknown>>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts `src/main.ts <role>` with these settings on top of an environment without any of ours. */
export function startProcess(
  role: 'api' | 'worker' | 'gateway' | 'all',
  settings: Record<string, string>,
): BeanpodProcess {
  const name = `${role}-${newId().slice(-6)}`;
  const inherited = Object.entries(process.env).filter(
    ([key]) => !/^(BEANPOD_|AWS_|NODE_OPTIONS|VITEST)/.test(key),
  );
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(ROOT, 'src/main.ts'), role], {
    cwd: ROOT,
    env: { ...Object.fromEntries(inherited), BEANPOD_WORKER_NAME: name, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: Record<string, unknown>[] = [];
  const listeners = new Set<() => void>();
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts)
      if (part.startsWith('{')) lines.push(JSON.parse(part) as Record<string, unknown>);
    for (const listener of listeners) listener();
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));

  return {
    name,
    child,
    said: (message) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const line = lines.find((each) => each['message'] === message);
          if (!line) return;
          listeners.delete(look);
          resolve(line);
        };
        listeners.add(look);
        void gone.then(() => reject(new Error(`${name} ended before it said "${message}"`)));
        look();
      }),
    async kill(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await gone;
    },
  };
}

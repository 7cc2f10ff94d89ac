import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const BUILT = path.join(HERE, 'dist');

/** Clock ticks per second of the figures in `/proc`; 100 on every Linux that Node runs on. */
const TICKS = 100;

/** What the pods of k8s/base run with. */
const AS_DELIVERED = ['--max-old-space-size=384'];

/** The token of measured APIs. */
export const TOKEN = `bench-${'x'.repeat(40)}`;

/** A process of Beanpod as it is delivered: compiled, without a loader for TypeScript. Times are milliseconds. */
export interface Measured {
  readonly child: ChildProcess;
  /** From the start to the line that says that it is ready. */
  readonly readyMs: number;
  /** Of an API. */
  readonly url: string;
  /** Resident memory now and at its highest, in MB. */
  memory(): { readonly now: number; readonly most: number };
  /** Processor time so far. */
  cpuMs(): number;
  /** How late its event loop was since the last call. */
  loop(): Promise<{ readonly p50: number; readonly p99: number; readonly most: number }>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

let isBuilt = false;

function build(): void {
  if (!isBuilt) execFileSync(path.join(HERE, '../node_modules/.bin/tsc'), ['-p', HERE], { stdio: 'inherit' });
  isBuilt = true;
}

/** Starts what the two hot routes are compared with, compiled like them. */
export async function startBare(
  redisUrl: string,
): Promise<{ readonly child: ChildProcess; readonly url: string; cpuMs(): number }> {
  build();
  const child = spawn(process.execPath, [...AS_DELIVERED, path.join(BUILT, 'bench/bare-server.js')], {
    env: { PATH: process.env['PATH'], REDIS_URL: redisUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { port } = JSON.parse(line) as { port: number };
  return { child, url: `http://127.0.0.1:${port}/`, cpuMs: () => cpuMsOf(child) };
}

function cpuMsOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS;
}

/** Starts `<role>` with these settings, compiled at the first call; resolves when it is ready. */
export async function startBeanpod(
  role: 'api' | 'worker',
  redisUrl: string,
  namespace: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Measured> {
  build();
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [
      ...AS_DELIVERED,
      '--import',
      path.join(BUILT, 'bench/watch-loop.js'),
      path.join(BUILT, 'src/main.js'),
      role,
    ],
    {
      env: {
        PATH: process.env['PATH'],
        REDIS_URL: redisUrl,
        BEANPOD_NAMESPACE: namespace,
        BEANPOD_HOST: '127.0.0.1',
        BEANPOD_PORT: '0',
        BEANPOD_ADMIN_TOKEN: TOKEN,
        BEANPOD_RATE_CALLER: '0',
        ...(role === 'worker' && { BEANPOD_PROVIDERS: path.join(BUILT, 'bench/provider.js') }),
        BEANPOD_BLOBS: path.join(HERE, 'dist/blobs'),
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const gone = once(child, 'exit');
  const said = listenTo(child);
  const { url } = await Promise.race([said(`${role} ready`), gone.then(() => failed(role))]);
  const read = (name: string) => readFileSync(`/proc/${child.pid}/${name}`, 'utf8');
  return {
    child,
    readyMs: performance.now() - started,
    url: String(url),
    memory() {
      const of = (name: string) =>
        Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(read('status'))?.[1]) / 1024;
      return { now: of('VmRSS'), most: of('VmHWM') };
    },
    cpuMs: () => cpuMsOf(child),
    async loop() {
      const line = said('event loop');
      child.kill('SIGUSR2');
      const { p50, p99, most } = await line;
      return { p50: Number(p50), p99: Number(p99), most: Number(most) };
    },
    async kill(signal) {
      if (child.kill(signal)) await gone;
    },
  };
}

/** Resolves with the next line of its log that has this message. */
function listenTo(child: ChildProcess): (message: string) => Promise<Record<string, unknown>> {
  if (!child.stdout) throw new Error('The process has no output');
  const waiting = new Map<string, (line: Record<string, unknown>) => void>();
  createInterface(child.stdout).on('line', (text) => {
    if (!text.startsWith('{')) return;
    const line = JSON.parse(text) as Record<string, unknown>;
    waiting.get(String(line['message']))?.(line);
  });
  return (message) => new Promise((resolve) => waiting.set(message, resolve));
}

function failed(role: string): never {
  throw new Error(`The ${role} ended before it was ready`);
}

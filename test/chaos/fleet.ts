import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProcess, type BeanpodProcess } from '../support/worker-process.js';

export const ADMIN_TOKEN = 'chaos-admin-token-of-this-run';

/** The packages that a process of the suite loads: the provider for its cloud. */
const PROVIDER = fileURLToPath(new URL('provider', import.meta.url));

/** A process that has not ended so long after SIGTERM is killed, as every supervisor does; in milliseconds. */
const GRACE_MS = 20_000;

export type Role = 'api' | 'worker';

/** A process of the fleet. `url` is that of an API. */
export interface Member {
  readonly role: Role;
  readonly process: BeanpodProcess;
  readonly url: string;
}

interface FleetOptions {
  readonly redisUrl: string;
  readonly namespace: string;
  readonly leaseMs: number;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Processes of one installation. Whoever dies, for whatever reason, is replaced by a new process until `close`. */
export function createFleet({ redisUrl, namespace, leaseMs, settings }: FleetOptions) {
  const blobs = mkdtempSync(path.join(tmpdir(), 'beanpod-blobs-'));
  const members = new Set<Member>();
  const starting = new Set<BeanpodProcess>();
  const over = new AbortController();

  async function start(role: Role): Promise<Member> {
    const process = startProcess(role, {
      REDIS_URL: redisUrl,
      BEANPOD_NAMESPACE: namespace,
      BEANPOD_LEASE_MS: String(leaseMs),
      BEANPOD_PROVIDERS: PROVIDER,
      BEANPOD_BLOBS: blobs,
      BEANPOD_HOST: '127.0.0.1',
      BEANPOD_PORT: '0',
      BEANPOD_ADMIN_TOKEN: ADMIN_TOKEN,
      BEANPOD_RATE_CALLER: '0',
      BEANPOD_LOG_LEVEL: 'info',
      ...settings,
    });
    starting.add(process);
    try {
      const { url } = await process.said(role === 'api' ? 'api ready' : 'worker ready');
      const member = { role, process, url: String(url) };
      members.add(member);
      process.child.once('exit', () => members.delete(member));
      return member;
    } finally {
      starting.delete(process);
    }
  }

  /** A process may be unable to start while Redis is away, as any supervisor would see it; it is started again. */
  async function startAgain(role: Role): Promise<void> {
    while (!over.signal.aborted) {
      const started = await start(role).catch(() => undefined);
      if (started) return;
    }
  }

  return {
    start,
    of: (role: Role): readonly Member[] => [...members].filter((member) => member.role === role),
    /** Ends one process with the signal and starts another one in its place; resolves when the old one is gone. */
    async replace(member: Member, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
      members.delete(member);
      member.process.child.kill('SIGCONT');
      const gone = member.process.kill(signal);
      void startAgain(member.role);
      const timer = setTimeout(() => member.process.child.kill('SIGKILL'), GRACE_MS);
      await gone;
      clearTimeout(timer);
    },
    async close(): Promise<void> {
      over.abort();
      const all = [...starting, ...[...members].map((member) => member.process)];
      await Promise.all(all.map((process) => process.kill('SIGKILL')));
      rmSync(blobs, { recursive: true, force: true });
    },
  };
}

export type Fleet = ReturnType<typeof createFleet>;

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = path.join(path.dirname(fileURLToPath(import.meta.url)), 'api-process.ts');

/** Bytes that a process holds after a collection. */
export interface Held {
  readonly heap: number;
  readonly external: number;
  readonly rss: number;
}

/** The API under fire. */
export interface Victim {
  readonly url: string;
  /** Rejects when the process has ended. */
  held(): Promise<Held>;
  /** Resolves once it has shut down by itself. */
  stop(): Promise<void>;
}

/** Starts the API with these settings on top of an environment without any of ours. */
export async function startVictim(settings: Readonly<Record<string, string>>): Promise<Victim> {
  const inherited = Object.entries(process.env).filter(
    ([key]) => !/^(BEANPOD_|NODE_OPTIONS|VITEST)/.test(key),
  );
  const child = fork(PROGRAM, {
    execArgv: ['--import', 'tsx', '--expose-gc'],
    env: { ...Object.fromEntries(inherited), ...settings },
  });
  const { url } = await told<{ url: string }>(child);
  return {
    url,
    held() {
      const answer = told<Held>(child);
      child.send('held');
      return answer;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}

async function told<T>(child: ChildProcess): Promise<T> {
  if (child.exitCode !== null) throw new Error(`The API has ended with ${child.exitCode}`);
  const heard = new AbortController();
  const { signal } = heard;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`The API ended with ${String(code)}`);
  });
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal }), ended])) as [T];
    return message;
  } finally {
    // Whoever is not heard any more must not pile up.
    ended.catch(() => undefined);
    heard.abort();
  }
}

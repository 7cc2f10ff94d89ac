import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { CloudCall, CloudFault, CloudWrite } from './cloud-protocol.js';

/** The running cloud of a chaos run. */
export interface Cloud {
  readonly url: string;
  fault(fault: CloudFault): Promise<void>;
  /** Every write that arrived, also those that were refused, in order. */
  writes(): Promise<readonly CloudWrite[]>;
  calls(): Promise<readonly CloudCall[]>;
  close(): Promise<void>;
}

/** Starts the cloud as a process of its own; an update takes up to `updateMs`. */
export async function startCloud(seed: number, updateMs: number): Promise<Cloud> {
  const file = fileURLToPath(new URL('cloud.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    env: { ...process.env, CLOUD_SEED: String(seed), CLOUD_UPDATE_MS: String(updateMs) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  const url = line.trim();

  async function read<T>(path: string): Promise<T> {
    return (await (await fetch(`${url}/${path}`)).json()) as T;
  }

  return {
    url,
    async fault(fault) {
      await fetch(`${url}/fault`, { method: 'POST', body: JSON.stringify(fault) });
    },
    writes: () => read('writes'),
    calls: () => read('calls'),
    async close() {
      const gone = once(child, 'exit');
      if (child.exitCode === null && child.kill('SIGKILL')) await gone;
    },
  };
}

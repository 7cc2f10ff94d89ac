import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { createRawClient } from '../../simulators/kubernetes/raw-client.js';

let stop: (() => Promise<unknown>) | undefined;
afterEach(() => stop?.());

describe('the simulator as a process', () => {
  it('prints where it listens in one line of JSON and ends on SIGTERM', async () => {
    const child = spawn(process.execPath, [
      '--import',
      'tsx',
      'test/simulators/kubernetes/main.ts',
      '--port',
      '0',
    ]);
    const ended = once(child, 'exit');
    stop = () => {
      child.kill('SIGTERM');
      return ended;
    };
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const said = JSON.parse(line) as { url: string; ca: string; kubeconfig: string; token: string };
    const client = createRawClient({ url: said.url, ca: readFileSync(said.ca, 'utf8'), token: said.token });
    const answer = await client.get('/api/v1/namespaces/default');
    await client.close();
    await stop();

    expect(answer.body).toMatchObject({ kind: 'Namespace', metadata: { name: 'default' } });
    expect(readFileSync(said.kubeconfig, 'utf8')).toContain(said.url);
    expect(child.exitCode).toBe(0);
  });
});

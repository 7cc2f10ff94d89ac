import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { createSimulatorControl } from '../../simulators/elastic-beanstalk/control-client.js';
import { openSession } from './beanstalk-session.js';
import type { BeanstalkSession } from './beanstalk-session.js';

const run = promisify(execFile);

describe('as a process', () => {
  const children: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  });

  it(
    'prints its address in one line of JSON, serves the demo, and ends on SIGTERM',
    { timeout: 120_000 },
    async () => {
      const main = new URL('../../simulators/elastic-beanstalk/main.ts', import.meta.url).pathname;
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', main, '--port', '0', '--speed', '60', '--demo'],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      children.push(child);
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
      const { url } = JSON.parse(line) as { url: string };

      const shop = await createSimulatorControl(url).environment('shop-staging');
      expect(shop).toMatchObject({ application: 'shop', status: 'Ready', label: 'v1' });
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).toEqual([0, null]);
    },
  );
});

const aws = await run('aws', ['--version']).then(
  () => 'there' as const,
  () => 'missing' as const,
);

describe('the AWS command line', () => {
  let session: BeanstalkSession | undefined;
  afterEach(() => session?.close());
  beforeAll(() => {
    if (aws === 'missing')
      console.warn('LEFT OUT: there is no `aws` on the PATH, so the second client is not tried.');
  });

  it.skipIf(aws === 'missing')(
    'parses environments, events, instances and refusals',
    { timeout: 120_000 },
    async () => {
      const open = await openSession();
      session = open;
      await open.deploy('v2');
      const cli = async (...args: string[]): Promise<unknown> => {
        const { stdout } = await run(
          'aws',
          ['elasticbeanstalk', ...args, '--endpoint-url', open.sim.url, '--output', 'json'],
          {
            env: {
              ...process.env,
              AWS_ACCESS_KEY_ID: 'AK',
              AWS_SECRET_ACCESS_KEY: 'x',
              AWS_DEFAULT_REGION: 'us-east-1',
            },
          },
        );
        return JSON.parse(stdout);
      };

      expect(await cli('describe-environments', '--environment-names', 'shop-staging')).toMatchObject({
        Environments: [{ VersionLabel: 'v2', Status: 'Ready', AbortableOperationInProgress: false }],
      });
      expect(
        await cli(
          'describe-instances-health',
          '--environment-name',
          'shop-staging',
          '--attribute-names',
          'All',
        ),
      ).toMatchObject({
        InstanceHealthList: [{ Deployment: { VersionLabel: 'v2', DeploymentId: 2 } }, {}, {}],
      });
      const name = ['--environment-name', 'shop-staging'];
      await expect(cli('abort-environment-update', ...name)).rejects.toThrow(/InvalidParameterValue/);
    },
  );
});

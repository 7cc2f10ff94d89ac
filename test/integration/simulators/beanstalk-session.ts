import { ElasticBeanstalk } from '@aws-sdk/client-elastic-beanstalk';
import type { EnvironmentDescription, EventDescription } from '@aws-sdk/client-elastic-beanstalk';
import { S3 } from '@aws-sdk/client-s3';

import type { SimulatorOptions } from '../../simulators/elastic-beanstalk/options.js';
import { startElasticBeanstalk } from '../../simulators/elastic-beanstalk/start.js';
import type { RunningSimulator } from '../../simulators/elastic-beanstalk/start.js';

/** A simulator whose clock stands still until it is advanced, with real AWS clients that talk to it. */
export interface BeanstalkSession {
  readonly sim: RunningSimulator;
  readonly eb: ElasticBeanstalk;
  readonly s3: S3;
  /** Creates the version when it is missing, and asks for it to be deployed to `shop-staging`. */
  update(label: string): Promise<void>;
  /** As update, and moves the clock until the environment is Ready; throws when it is not within `minutes`. */
  deploy(label: string, minutes?: number): Promise<EnvironmentDescription>;
  environment(): Promise<EnvironmentDescription>;
  /** All events of the environment, oldest first, read page by page. */
  events(): Promise<readonly EventDescription[]>;
  messages(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Opens a session with application `shop`, environment `shop-staging`, three instances on `v1`, unless seeded otherwise. */
export async function openSession(options: SimulatorOptions = {}): Promise<BeanstalkSession> {
  const sim = await startElasticBeanstalk({
    speed: 0,
    startAt: Date.parse('2026-11-21T21:00:00Z'),
    environments: [{ application: 'shop', environment: 'shop-staging', instances: 3 }],
    ...options,
  });
  const connection = {
    endpoint: sim.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test-secret' },
  };
  const eb = new ElasticBeanstalk(connection);
  const s3 = new S3({ ...connection, forcePathStyle: true });
  const bucket = 'elasticbeanstalk-us-east-1-123456789012';

  async function update(label: string): Promise<void> {
    const known = await eb.describeApplicationVersions({ ApplicationName: 'shop', VersionLabels: [label] });
    if (known.ApplicationVersions?.length === 0) {
      await s3.putObject({ Bucket: bucket, Key: `shop/${label}`, Body: 'bundle' });
      const source = { S3Bucket: bucket, S3Key: `shop/${label}` };
      await eb.createApplicationVersion({
        ApplicationName: 'shop',
        VersionLabel: label,
        SourceBundle: source,
      });
    }
    await eb.updateEnvironment({ EnvironmentName: 'shop-staging', VersionLabel: label });
  }

  async function environment(): Promise<EnvironmentDescription> {
    const { Environments } = await eb.describeEnvironments({ EnvironmentNames: ['shop-staging'] });
    const found = Environments?.[0];
    if (found === undefined) throw new Error('shop-staging is gone');
    return found;
  }

  async function events(): Promise<readonly EventDescription[]> {
    const all: EventDescription[] = [];
    for (let token: string | undefined; ;) {
      const page = await eb.describeEvents({
        EnvironmentName: 'shop-staging',
        ...(token === undefined ? {} : { NextToken: token }),
      });
      all.push(...(page.Events ?? []));
      token = page.NextToken;
      if (token === undefined) return all.reverse();
    }
  }

  return {
    sim,
    eb,
    s3,
    update,
    async deploy(label, minutes = 60) {
      await update(label);
      for (let minute = 0; minute < minutes; minute += 1) {
        await sim.control.advance(60_000);
        const seen = await environment();
        if (seen.Status === 'Ready') return seen;
      }
      throw new Error(`shop-staging is not Ready after ${minutes} virtual minutes`);
    },
    environment,
    events,
    messages: async () => (await events()).map((event) => event.Message ?? ''),
    async close() {
      eb.destroy();
      s3.destroy();
      await sim.close();
    },
  };
}

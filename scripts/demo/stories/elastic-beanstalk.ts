import { createHash } from 'node:crypto';

import { speed, type Story } from '../story.js';

/** Three instances behind a simulated Elastic Beanstalk; the real AWS SDK talks to it over HTTP. */
export const elasticBeanstalkStory: Story = {
  provider: 'elastic-beanstalk',
  title: 'a simulated AWS Elastic Beanstalk with 3 instances',
  async startCloud(start) {
    const child = start('elastic-beanstalk', [
      'test/simulators/elastic-beanstalk/main.ts',
      '--demo',
      '--port=0',
      `--speed=${speed}`,
    ]);
    const { url } = await child.line(isReady);
    return { child, url, workerEnv: awsSettings(url) };
  },
  service: 'shop',
  environment: 'staging',
  target: {
    provider: 'elastic-beanstalk',
    spec: { application: 'shop', environment: 'shop-staging', region: 'us-east-1' },
    verify: {
      stabilityMs: 30_000,
      checks: [{ type: 'http', url: '/', bodyIncludes: '{version}', intervalMs: 2_000 }],
    },
  },
  good: { version: '1.4.0', artifact: imageOf('1.4.0') },
  // The simulator makes every deployment fail whose version label holds the word "broken".
  bad: { version: '1.5.0-broken', artifact: imageOf('1.5.0-broken') },
  reason: { 'what failed': /\S/ },
  proof: {
    "the platform's events": /Unsuccessful command execution|Failed to deploy application/,
    'log lines of an instance': /\bi-[0-9a-f]{8,}/,
  },
};

function imageOf(version: string): Story['good']['artifact'] {
  const digest = createHash('sha256').update(version).digest('hex');
  return { type: 'image', image: `registry.example.com/shop@sha256:${digest}`, port: 8080 };
}

/** Credentials of nobody: whatever the person has configured for the real AWS stays out of the demo. */
function awsSettings(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_ELASTIC_BEANSTALK: url,
    AWS_ENDPOINT_URL_S3: url,
    AWS_ENDPOINT_URL_STS: url,
    AWS_ACCESS_KEY_ID: 'AKIADEMODEMODEMODEMO',
    AWS_SECRET_ACCESS_KEY: 'demo',
    AWS_SESSION_TOKEN: '',
    AWS_PROFILE: '',
    AWS_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    BEANPOD_S3_PATH_STYLE: 'true',
  };
}

function isReady(value: unknown): value is { readonly url: string } {
  return typeof value === 'object' && value !== null && 'url' in value && typeof value.url === 'string';
}

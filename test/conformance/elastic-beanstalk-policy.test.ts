import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { createElasticBeanstalk } from '../../src/providers/elastic-beanstalk/index.js';
import { startBeanstalk, type Beanstalk } from '../support/beanstalk.js';

interface Statement {
  readonly Sid: string;
  readonly Action: readonly string[];
}

const SOURCE = 'src/providers/elastic-beanstalk';
const ours = ['Look', 'Deploy', 'BlueGreen', 'Clones', 'Bundles'];

/** Rights that an operation of S3 needs (S3 user guide, "Required permissions for S3 API operations"). */
const S3_RIGHTS: Readonly<Record<string, readonly string[]>> = {
  AbortMultipartUpload: ['s3:AbortMultipartUpload'],
  CompleteMultipartUpload: ['s3:PutObject'],
  CopyObject: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'],
  CreateMultipartUpload: ['s3:PutObject'],
  GetObject: ['s3:GetObject'],
  HeadBucket: ['s3:ListBucket'],
  // Without the right to list, a missing object is told as a forbidden one.
  HeadObject: ['s3:GetObject', 's3:ListBucket'],
  PutObject: ['s3:PutObject'],
  UploadPart: ['s3:PutObject'],
};
/** `Upload` of the SDK's lib-storage chooses among these by the size. */
const UPLOAD = [
  'PutObject',
  'CreateMultipartUpload',
  'UploadPart',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
];

/** No operation: the right to give tags to what is created (API reference, "UpdateTagsForResource"). */
const TAGGING = ['elasticbeanstalk:AddTags'];

let cloud: Beanstalk | undefined;
afterEach(async () => {
  await cloud?.close();
  cloud = undefined;
});

function allowed(): ReadonlySet<string> {
  const page = readFileSync('docs/elastic-beanstalk.md', 'utf8');
  const json = /<!-- policy -->\s*```json\n([^]*?)```/.exec(page)?.[1] ?? '{}';
  const { Statement: statements } = JSON.parse(json) as { Statement: readonly Statement[] };
  return new Set(statements.filter(({ Sid }) => ours.includes(Sid)).flatMap(({ Action }) => Action));
}

/** Operations whose commands a file of the source names. */
function commandsIn(file: string): readonly string[] {
  const found = readFileSync(file, 'utf8').matchAll(/\bnew (\w+)Command\(/g);
  return [...found].map((match) => match[1] ?? '');
}

function callable(): ReadonlySet<string> {
  const gateway = readdirSync(`${SOURCE}/gateway`).flatMap((name) => commandsIn(`${SOURCE}/gateway/${name}`));
  const storage = [...commandsIn(`${SOURCE}/storage.ts`), ...UPLOAD];
  return new Set([
    ...TAGGING,
    ...gateway.map((operation) => `elasticbeanstalk:${operation}`),
    ...storage.flatMap((operation) => S3_RIGHTS[operation] ?? [`s3:${operation}`]),
  ]);
}

/** Rights that the calls of a cloud needed. Logs are downloaded by the address that AWS signed. */
async function usedIn({ control }: Beanstalk): Promise<readonly string[]> {
  const calls = (await control.calls()).filter(({ service, accessKeyId }) => {
    return service !== 'sts' && accessKeyId !== 'AKIASIMULATEDLOGS';
  });
  return calls.flatMap(({ service, operation }) =>
    service === 's3' ? (S3_RIGHTS[operation] ?? [`s3:${operation}`]) : [`elasticbeanstalk:${operation}`],
  );
}

describe('the policy in docs/elastic-beanstalk.md', () => {
  it('allows exactly what the provider can call', () => {
    expect([...allowed()].sort()).toEqual([...callable()].sort());
  });

  it.each([
    ['a good deployment', 'success', 'succeeded'],
    ['a rollback with its evidence', 'red-after-ready', 'rolled_back'],
    ['an update that is aborted', 'stuck-updating', 'rolled_back'],
    ['a failure of Elastic Beanstalk', 'deploy-fail', 'rolled_back'],
  ] as const)('is enough for %s', async (_what, scenario, state) => {
    cloud = await startBeanstalk({ instances: 2 });
    await cloud.script('v2', scenario);

    const drive = await cloud.deploy('v2');

    expect(drive.state).toBe(state);
    const used = await usedIn(cloud);
    expect(used).toContain('elasticbeanstalk:UpdateEnvironment');
    expect(used.filter((right) => !allowed().has(right))).toEqual([]);
  });

  it('is enough for a clone that is made and terminated', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    await cloud.script('v2', 'deploy-fail');
    const madeFrom = { environment: 'shop-staging', stamp: '01kaqv9zc3h8m2x6y7w4t5r0pn' };

    const drive = await cloud.deploy('v2', { target: { environment: 'shop-review', madeFrom } });

    expect(drive.state).toBe('rolled_back');
    const used = await usedIn(cloud);
    expect(used).toContain('elasticbeanstalk:TerminateEnvironment');
    expect(used.filter((right) => !allowed().has(right))).toEqual([]);
  });

  it('is enough for live operations and a clean-up', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    await cloud.deploy('v2');
    await cloud.deploy('v3');
    const { control, target } = cloud;
    const provider = createElasticBeanstalk({ s3PathStyle: true, logPauseMs: 20 });
    const opened = provider.live?.(target, { bundles: { open: async () => undefined } });
    if (!opened?.ok) throw new Error('The provider has no live operations');
    const turn = { signal: new AbortController().signal };
    const ticking = setInterval(() => void control.advance(1_000), 10);

    try {
      expect(await opened.live.instances?.(turn)).toMatchObject({ said: 'done' });
      expect(await opened.live.logs?.(turn, 'bundle')).toMatchObject({ said: 'done' });
      const wish = { needed: new Set<string>(), isOurs: async () => true, keep: 1, dryRun: false };
      expect(await opened.live.cleanUp?.(turn, wish)).toMatchObject({
        said: 'done',
        value: { removed: ['v2'] },
      });
    } finally {
      clearInterval(ticking);
    }
    const used = await usedIn(cloud);
    expect(used).toContain('elasticbeanstalk:DeleteApplicationVersion');
    expect(used.filter((right) => !allowed().has(right))).toEqual([]);
  });
});

import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationNames } from '../../simulators/elastic-beanstalk/api.js';
import { startElasticBeanstalk, type RunningSimulator } from '../../simulators/elastic-beanstalk/start.js';

const ARN = 'arn:aws:elasticbeanstalk:us-east-1:123456789012:application/shop';
const OPTION = 'Namespace=aws:elasticbeanstalk:command,OptionName=Timeout,Value=900';
const BUNDLE = 'S3Bucket=elasticbeanstalk-us-east-1-123456789012,S3Key=cli/v2.zip';
const STACK = '64bit Amazon Linux 2023 v4.3.0 running ECS';

/** One command for every operation, in an order in which each finds what it needs; and what its answer must hold. */
const COMMANDS: readonly (readonly [operation: string, args: string, answer: string])[] = [
  ['CreateStorageLocation', '', '"S3Bucket": "elasticbeanstalk-us-east-1'],
  ['DescribeApplications', '', '"ApplicationName": "shop"'],
  ['CreateApplication', '--application-name other', '"ApplicationName": "other"'],
  ['UpdateApplication', '--application-name other --description d', '"Description": "d"'],
  ['DeleteApplication', '--application-name other', ''],
  ['DescribeAccountAttributes', '', '"Maximum"'],
  [
    'CreateApplicationVersion',
    `--application-name shop --version-label v2 --source-bundle ${BUNDLE}`,
    '"VersionLabel": "v2"',
  ],
  ['DescribeApplicationVersions', '--application-name shop', '"VersionLabel": "v2"'],
  [
    'UpdateApplicationVersion',
    '--application-name shop --version-label v2 --description d',
    '"Description": "d"',
  ],
  ['DescribeEnvironments', '--application-name shop', '"Status": "Ready"'],
  ['DescribeEvents', '--application-name shop --max-records 5', '"Events"'],
  [
    'DescribeEnvironmentHealth',
    '--environment-name shop-staging --attribute-names All',
    '"HealthStatus": "Ok"',
  ],
  [
    'DescribeInstancesHealth',
    '--environment-name shop-staging --attribute-names All',
    '"VersionLabel": "v1"',
  ],
  ['DescribeEnvironmentResources', '--environment-name shop-staging', '"Instances"'],
  ['DescribeEnvironmentManagedActions', '--environment-name shop-staging', '"ManagedActions"'],
  [
    'DescribeConfigurationSettings',
    '--application-name shop --environment-name shop-staging',
    '"OptionSettings"',
  ],
  [
    'ValidateConfigurationSettings',
    `--application-name shop --environment-name shop-staging --option-settings ${OPTION}`,
    '"Messages"',
  ],
  [
    'CreateConfigurationTemplate',
    '--application-name shop --template-name saved --environment-id ENVIRONMENT_ID',
    '"TemplateName": "saved"',
  ],
  ['DeleteConfigurationTemplate', '--application-name shop --template-name saved', ''],
  ['ListAvailableSolutionStacks', '', STACK],
  ['ListTagsForResource', `--resource-arn ${ARN}`, '"ResourceTags"'],
  ['UpdateTagsForResource', `--resource-arn ${ARN} --tags-to-add Key=team,Value=shop`, ''],
  ['CheckDNSAvailability', '--cname-prefix shop-free', '"Available": true'],
  ['RequestEnvironmentInfo', '--environment-name shop-staging --info-type tail', ''],
  ['RetrieveEnvironmentInfo', '--environment-name shop-staging --info-type tail', '"EnvironmentInfo"'],
  ['RestartAppServer', '--environment-name shop-staging', ''],
  [
    'SwapEnvironmentCNAMEs',
    '--source-environment-name shop-blue --destination-environment-name shop-green',
    '',
  ],
  [
    'CreateEnvironment',
    '--application-name shop --environment-name shop-new --solution-stack-name STACK',
    '"Status": "Launching"',
  ],
  ['UpdateEnvironment', '--environment-name shop-other --version-label v2', '"Status": "Updating"'],
  ['AbortEnvironmentUpdate', '--environment-name shop-other', ''],
  ['TerminateEnvironment', '--environment-name shop-last', '"Status": "Terminating"'],
  ['DeleteApplicationVersion', '--application-name shop --version-label v3', ''],
];

/** Whether the AWS command line is there; says so when it is not, as its tests are then left out. */
function hasAws(): boolean {
  const found = spawnSync('aws', ['--version'], { stdio: 'ignore' }).status === 0;
  if (!found)
    console.warn('SKIPPED: the tests of the simulator by the AWS command line, which is not on the PATH');
  return found;
}

describe.skipIf(!hasAws())('the AWS command line', () => {
  let sim: RunningSimulator;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'aws-cli-'));
    const names = ['shop-staging', 'shop-blue', 'shop-green', 'shop-other', 'shop-last'];
    const environments = names.map((environment) => ({
      application: 'shop',
      environment,
      instances: 1,
      versions: ['v3'],
    }));
    sim = await startElasticBeanstalk({ speed: 0, environments });
    sim.site.store.put('elasticbeanstalk-us-east-1-123456789012', 'cli/v2.zip', Buffer.from('a bundle'));
  });
  afterAll(async () => {
    await sim.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function aws(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      PYENV_ROOT: process.env['PYENV_ROOT'] ?? '/root/.pyenv',
      AWS_ACCESS_KEY_ID: 'AKIATEST',
      AWS_SECRET_ACCESS_KEY: 'test-secret',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_PAGER: '',
      AWS_MAX_ATTEMPTS: '1',
    };
    return new Promise((resolve) => {
      const all = [...args, '--endpoint-url', sim.url, '--output', 'json'];
      execFile('aws', all, { env, timeout: 50_000 }, (error, out, err) => {
        const code = typeof error?.code === 'number' ? error.code : 1;
        resolve({ code: error === null ? 0 : code, out, err });
      });
    });
  }

  it('has a command here for every operation', () => {
    expect(COMMANDS.map(([operation]) => operation).sort()).toEqual([...operationNames].sort());
  });

  it.each(COMMANDS)('reads the answer to %s', async (operation, args, answer) => {
    const given = args === '' ? [] : args.split(' ');
    const id = sim.site.environments[0]?.id ?? '';
    const words = given.map((word) => (word === 'STACK' ? STACK : word === 'ENVIRONMENT_ID' ? id : word));

    const ran = await aws('elasticbeanstalk', commandOf(operation), ...words);

    expect(ran, ran.err).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toContain(answer);
    if (ran.out.trim() !== '') expect(JSON.parse(ran.out)).toBeTypeOf('object');
  });

  it('shows a refusal as the service words it', async () => {
    const ran = await aws(
      'elasticbeanstalk',
      'update-environment',
      '--environment-name',
      'shop-staging',
      '--version-label',
      'nowhere',
    );

    expect(ran.code).not.toBe(0);
    expect(ran.err).toContain('(InvalidParameterValue)');
    expect(ran.err).toContain("No Application Version named 'nowhere' found.");
  });

  it('stores and reads bundles', async () => {
    const bundle = path.join(folder, 'bundle.zip');
    writeFileSync(bundle, Buffer.alloc(9 * 1024 * 1024, 'beanpod'));
    const place = 's3://elasticbeanstalk-us-east-1-123456789012/cli/large.zip';

    const put = await aws('s3', 'cp', bundle, place, '--no-progress');
    const list = await aws('s3', 'ls', place);

    expect(put, put.err).toMatchObject({ code: 0 });
    expect(list.out).toContain(String(9 * 1024 * 1024));
  });
});

/** `DescribeInstancesHealth` is `describe-instances-health`, `SwapEnvironmentCNAMEs` is `swap-environment-cnames`. */
function commandOf(operation: string): string {
  return operation
    .replace('CNAMEs', 'Cnames')
    .replace('DNS', 'Dns')
    .replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase();
}

import { failed, passed, unknown, type Finding } from '../../connection-check.js';
import type { Environment } from '../environment.js';
import type { Storage } from '../storage.js';
import type { ElasticBeanstalkTarget } from '../target.js';

/** Name of the check. */
export const BUCKET = 'Bucket for bundles';

/** Whether the bucket for bundles is there, ours and in the region. Whether it may be written to, only a write can tell. */
export async function seeBucket(
  target: ElasticBeanstalkTarget,
  environments: readonly Environment[],
  s3: Pick<Storage, 'bucket'>,
  signal: AbortSignal,
): Promise<Finding> {
  const { region, bucketOwner } = target;
  const account = accountOf(environments);
  const bucket = target.bucket ?? (account && `elasticbeanstalk-${region}-${account}`);
  if (bucket === undefined)
    return unknown(
      'The default bucket is named after the account, which only an environment tells',
      'Have the environment of the target found first',
    );
  const owner = target.bucket === undefined ? account : bucketOwner;
  switch (await s3.bucket({ bucket, ...(owner !== undefined && { owner }) }, signal)) {
    case 'there':
      return passed(`${bucket} is there${owner === undefined ? '' : ` and belongs to ${owner}`}`);
    case 'absent':
      return target.bucket === undefined
        ? unknown(
            `${bucket}, the default bucket, is not there`,
            'Nothing: the first deployment has Elastic Beanstalk make it, if it may CreateStorageLocation',
          )
        : failed(`There is no bucket ${bucket}`, `Make it in ${region}, or correct bucket in the target`);
    case 'hidden':
      return failed(
        `S3 does not show us ${bucket}: it belongs to somebody else, or s3:ListBucket is missing`,
        'Give the account s3:ListBucket for it, and correct bucketOwner in the target',
      );
    case 'elsewhere':
      return failed(
        `${bucket} is not in ${region}`,
        `Name a bucket in ${region}: Elastic Beanstalk reads bundles from its own region alone`,
      );
  }
}

/** `arn:aws:elasticbeanstalk:region:account:environment/…`: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.iam.policies.arn.html */
function accountOf(environments: readonly Environment[]): string | undefined {
  const accounts = environments.map(({ arn }) => arn.split(':')[4] ?? '');
  return accounts.find((account) => /^\d{12}$/.test(account));
}

import type { ConnectionCheck } from '../../../shared/contract/connection.js';
import { checked, notMade, passed, type Finding } from '../../connection-check.js';
import type { Environment } from '../environment.js';
import type { Access } from '../regions.js';
import type { ElasticBeanstalkTarget } from '../target.js';
import { BUCKET, seeBucket } from './bucket.js';
import { environmentChecks, namesOf, stateChecks } from './environments.js';
import { explainFinding } from './explain-finding.js';
import { looksOf, WRITES, unseenWrites } from './rights.js';

/** Longest time for one check, in milliseconds: the SDK tries eight times before it gives up a host that is away. */
const LIMITS_MS = { credentials: 12_000, platform: 22_000, rest: 10_000 } as const;

const CREDENTIALS = 'Credentials';
const PLATFORM = 'Elastic Beanstalk';

/** Looks whether AWS can be reached with the credentials of a target, and whether what it names is there and fit. */
export async function checkConnection(
  target: ElasticBeanstalkTarget,
  access: Access,
  signal: AbortSignal,
): Promise<readonly ConnectionCheck[]> {
  const make = (
    check: string,
    look: (signal: AbortSignal) => Promise<Finding>,
    withinMs: number = LIMITS_MS.rest,
  ) => checked({ check, withinMs, explain: explainFinding, look }, signal);
  const expected = [...stateChecks(target), ...looksOf(target).map(({ check }) => check), BUCKET];

  const credentials = await make(CREDENTIALS, () => seeCredentials(target, access), LIMITS_MS.credentials);
  const unseen = { check: WRITES, ...unseenWrites(target) };
  if (credentials.verdict !== 'passed')
    return [credentials, ...notMade([PLATFORM, ...expected], credentials), unseen];

  const found: (readonly Environment[])[] = [];
  const list = async (within: AbortSignal) => {
    found.push(await access.eb.environments(namesOf(target), within));
    return passed(`It answers in ${target.region}`);
  };
  const platform = await make(PLATFORM, list, LIMITS_MS.platform);
  const [environments] = found;
  if (!environments) return [credentials, platform, ...notMade(expected, platform), unseen];
  const own = namesOf(target).flatMap((name) => environments.filter((one) => one.name === name));
  const environment = own.find(({ application }) => application === target.application);
  const stated = environmentChecks(target, environments).map(([check, see]) => make(check, see(access)));
  const looked = looksOf(target).map(({ check, look }) =>
    make(check, (within) => look({ eb: access.eb, target, environment }, within)),
  );
  const bucket = make(BUCKET, (within) => seeBucket(target, environments, access.s3, within));
  return [credentials, platform, ...(await Promise.all([...stated, ...looked, bucket])), unseen];
}

async function seeCredentials(
  { credentials, roleArn }: ElasticBeanstalkTarget,
  { signedWith }: Access,
): Promise<Finding> {
  const { accessKeyId, accountId } = await signedWith();
  const key = `${accessKeyId.slice(0, 4)}…${accessKeyId.slice(-4)}`;
  const account = accountId === undefined ? '' : `, account ${accountId}`;
  if (roleArn !== undefined) return passed(`The role ${roleArn} was assumed (access key ${key}${account})`);
  const whose = credentials === undefined ? 'of the worker' : 'of the target';
  return passed(`Calls are signed with the access key ${key} ${whose}${account}`);
}

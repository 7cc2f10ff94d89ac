import type { ApiOperation, Call } from './operation.js';
import { required } from './operation.js';
import type { Result } from './query-xml.js';
import { ServiceError } from './service-error.js';
import type { Site } from './site.js';

/** The operations of STS that hand out and explain credentials. */
export const stsOperations: Readonly<Record<string, ApiOperation>> = {
  AssumeRole: { mutates: false, handle: assumeRole },
  AssumeRoleWithWebIdentity: { mutates: false, handle: assumeRole },
  GetCallerIdentity: {
    mutates: false,
    handle(site, { accessKeyId }) {
      const role = site.credentials.find(accessKeyId)?.roleArn;
      const arn = role?.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/');
      return {
        Arn: arn ?? `arn:aws:iam::${site.account}:user/simulated`,
        UserId: accessKeyId,
        Account: site.account,
      };
    },
  },
};

// Credentials are issued on the wall clock, for that is what clients compare their expiry with.
function assumeRole(site: Site, { params }: Call): Result {
  const roleArn = required(params, 'RoleArn');
  const session = required(params, 'RoleSessionName');
  const { externalId } = site.settings.roles[roleArn] ?? {};
  if (externalId !== undefined && params['ExternalId'] !== externalId) {
    throw new ServiceError(
      'AccessDenied',
      `User: arn:aws:iam::${site.account}:user/simulated is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      403,
    );
  }
  const seconds = Number(params['DurationSeconds'] ?? 3_600);
  const credential = {
    accessKeyId: `ASIA${site.chance.requests.hex(16).toUpperCase()}`,
    secretAccessKey: site.chance.requests.hex(40),
    sessionToken: site.chance.requests.hex(64),
    expiresAt: Date.now() + seconds * 1_000,
    roleArn: `${roleArn}/${session}`,
  };
  site.credentials.add(credential);
  return {
    Credentials: {
      AccessKeyId: credential.accessKeyId,
      SecretAccessKey: credential.secretAccessKey,
      SessionToken: credential.sessionToken,
      Expiration: new Date(credential.expiresAt),
    },
    AssumedRoleUser: {
      AssumedRoleId: `AROASIMULATED:${session}`,
      Arn: `${roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${session}`,
    },
  };
}

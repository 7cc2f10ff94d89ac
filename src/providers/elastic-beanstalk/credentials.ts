import { AssumeRoleCommand, STSClient } from '@aws-sdk/nested-clients/sts';

/** A role that is assumed for the calls of a target. */
export interface Role {
  readonly arn: string;
  readonly externalId?: string;
}

/** Temporary credentials; the SDK asks for new ones before these end. */
export type Credentials = () => Promise<{
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration: Date;
}>;

// Role chaining allows no more (IAM user guide, "Roles terms and concepts").
const LASTING_S = 3_600;

/** Hands out credentials of roles, one set for each session name. `identity` signs the calls to STS. */
export function createRoles(
  region: string,
  identity: STSClient['config']['credentials'],
): (role: Role, session: string) => Credentials {
  const sts = new STSClient({
    region,
    credentials: identity,
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
  return (role, session) => async () => {
    const reply = await sts.send(
      new AssumeRoleCommand({
        RoleArn: role.arn,
        RoleSessionName: sessionName(session),
        DurationSeconds: LASTING_S,
        ...(role.externalId !== undefined && { ExternalId: role.externalId }),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = reply.Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
      throw new Error(`STS answered without credentials of ${role.arn}`);
    }
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    };
  };
}

/** As STS wants it: 2 to 64 characters of a small set (API reference, AssumeRole). CloudTrail shows it with each call. */
export function sessionName(of: string): string {
  return `beanpod-${of.replaceAll(/[^\w+=,.@-]/g, '-')}`.slice(0, 64);
}

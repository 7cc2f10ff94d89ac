import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';

/** A role that is assumed for the calls of a target. */
export interface Role {
  readonly arn: string;
  readonly externalId?: string;
}

type Assumption = Parameters<typeof fromTemporaryCredentials>[0];

/** Temporary credentials; the SDK asks for new ones before these end. */
export type Credentials = ReturnType<typeof fromTemporaryCredentials>;

// Role chaining allows no more (IAM user guide, "Roles terms and concepts").
const LASTING_S = 3_600;

/** Hands out credentials of roles, one set for each session name. `identity` signs the calls to STS. */
export function createRoles(
  region: string,
  identity: NonNullable<Assumption['masterCredentials']> | undefined,
): (role: Role, session: string) => Credentials {
  const clientConfig: Assumption['clientConfig'] = {
    region,
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  };
  return (role, session) =>
    fromTemporaryCredentials({
      clientConfig,
      ...(identity !== undefined && { masterCredentials: identity }),
      params: {
        RoleArn: role.arn,
        RoleSessionName: sessionName(session),
        DurationSeconds: LASTING_S,
        ...(role.externalId !== undefined && { ExternalId: role.externalId }),
      },
    });
}

/** As STS wants it: 2 to 64 characters of a small set (API reference, AssumeRole). CloudTrail shows it with each call. */
export function sessionName(of: string): string {
  return `beanpod-${of.replaceAll(/[^\w+=,.@-]/g, '-')}`.slice(0, 64);
}

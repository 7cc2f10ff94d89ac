import type { Static } from 'typebox';
import type { SETTINGS, SettingName } from './settings.js';

type Values = { readonly [K in SettingName]: Static<(typeof SETTINGS)[K]['schema']> };
type Grouped =
  | 'queuePerTarget'
  | 'queueLive'
  | 'blobs'
  | 'healthPort'
  | 'metricsPort'
  | 'tracesUrl'
  | 'publicUrl'
  | 'adminToken'
  | 'gatewayUrl'
  | 'gatewayKey'
  | 'ciAudience'
  | 'oidcIssuer'
  | 'oidcClientId'
  | 'oidcClientSecret'
  | 'configDir'
  | 'limitGlobal'
  | 'limitEnvironment'
  | 'limitAccount'
  | 'keepJournalsDays'
  | 'keepRecordsDays'
  | 'keepAuditEntries'
  | 'secretsFolder'
  | 'vaultAddress'
  | 'vaultNamespace'
  | 'vaultAuthorityFile'
  | 'vaultAuth'
  | 'vaultAuthMount'
  | 'vaultRole'
  | 'vaultJwtPath'
  | 'vaultRoleId'
  | 'vaultSecretId'
  | 'vaultToken'
  | 'vaultTokenPath'
  | 'vaultPaths';

/** Everything that a process is told from outside; frozen, proven, and read by `main` alone. */
export interface Config extends Omit<Values, Grouped> {
  readonly healthPort?: number;
  readonly metricsPort?: number;
  readonly tracesUrl?: string;
  readonly publicUrl?: string;
  readonly adminToken?: string;
  readonly gatewayUrl?: string;
  readonly gatewayKey?: string;
  readonly ciAudience?: string;
  readonly oidcIssuer?: string;
  readonly oidcClientId?: string;
  readonly oidcClientSecret?: string;
  readonly configDir?: string;
  /** Most deployments that may wait for one target, and that may be under way in all. */
  readonly queue: { readonly perTarget: number; readonly live: number };
  /** What references of targets may name: variables that start with `BEANPOD_SECRET_`, and files in a folder. */
  readonly secrets: {
    readonly variables: Readonly<Record<string, string | undefined>>;
    readonly folder: string;
  };
  /** How workers reach Vault; absent without its address. */
  readonly vault?: {
    readonly address: string;
    readonly namespace?: string;
    readonly authorityFile?: string;
    readonly auth: Values['vaultAuth'];
    readonly authMount?: string;
    readonly role?: string;
    readonly jwtPath: string;
    readonly roleId?: string;
    readonly secretId?: string;
    readonly token?: string;
    readonly tokenPath?: string;
    readonly paths: readonly string[];
  };
  /** Most deployments that run at once, by kind of scope; absent where there is no limit. */
  readonly limits: { readonly global?: number; readonly environment?: number; readonly account?: number };
  /** How long ended deployments stay in Redis, in milliseconds. */
  readonly retention: {
    readonly journalMs: number;
    readonly recordMs: number;
    /** Entries of the audit log that stay in Redis. */
    readonly auditEntries: number;
  };
  /** Where the blob store is; see `openBlobs`. */
  readonly blobs: { readonly place: string; readonly s3PathStyle: boolean };
}

/** The configuration cannot be used. `problems` holds every reason; the process ends with code 78. */
export class ConfigProblem extends Error {
  override name = 'ConfigProblem';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

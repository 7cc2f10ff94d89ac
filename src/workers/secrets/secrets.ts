import { readFileSync } from 'node:fs';
import type { Config } from '../../shared/config/schema.js';
import { ConfigProblem } from '../../shared/config/schema.js';
import type { Logger } from '../../shared/log/logger.js';
import type { Redactor } from '../../shared/log/redact.js';
import type { Seal } from '../../shared/secrets/seal.js';
import type { VaultLeases } from '../../shared/store/vault-leases.js';
import { createDeploymentSecrets, type DeploymentSecrets, type LeaseBook } from './deployment-secrets.js';
import { createVault, type Vault } from './vault.js';
import { createVaultHttp, type VaultHttp } from './vault-http.js';
import { createVaultLogin, type LoginMethod, type VaultLogin } from './vault-login.js';

/** Whose secrets: Vault may give each environment or service a role of its own. */
export interface Owner {
  readonly service: string;
  readonly environment: string;
}

/** Everything that this worker can read secrets from. Log-ins are shared by all deployments with the same role. */
export interface Secrets {
  /** `deploymentId`: whose leases are to outlive this process; without one they end with what is opened. */
  open(owner: Owner, deploymentId?: string): DeploymentSecrets;
  /** Knows every value that was read. */
  readonly redactor: Redactor;
  /** What seals baselines and credentials; `undefined` without keys. */
  readonly seal: Seal | undefined;
  /** Ends the log-ins. Call it after every deployment has let go. */
  close(): Promise<void>;
}

interface SecretsDeps {
  readonly config: Pick<Config, 'secrets' | 'vault'>;
  readonly seal: Seal | undefined;
  /** Where leases are remembered beyond this process; without it they end with what is opened. */
  readonly leases?: VaultLeases;
  readonly redactor: Redactor;
  readonly logger: Logger;
}

/** Throws a `ConfigProblem` when the settings of Vault do not fit together. */
export function createSecrets({ config, seal, leases, redactor, logger }: SecretsDeps): Secrets {
  const { vault: settings, secrets: local } = config;
  const http: VaultHttp | undefined = settings && createVaultHttp(addressOf(settings));
  const clients = new Map<string, Client>();
  if (settings) methodOf(settings, { service: '', environment: '' });

  function clientFor(owner: Owner): Client | undefined {
    if (!settings || !http) return undefined;
    const method = methodOf(settings, owner);
    const key = 'role' in method ? method.role : '';
    const known = clients.get(key);
    if (known) return known;
    const login = createVaultLogin(http, method);
    const client = { login, vault: createVault(http, login) };
    clients.set(key, client);
    return client;
  }

  return {
    redactor,
    seal,
    open(owner, deploymentId) {
      const client = clientFor(owner);
      const allowed = (settings?.paths ?? []).map((prefix) => filled(prefix, owner));
      return createDeploymentSecrets({
        local,
        vault: client?.vault,
        leaves: () => client?.login.spare(),
        book: leases && deploymentId !== undefined ? bookOf(leases, deploymentId) : undefined,
        forbidden: (path) => refusalOf(path, allowed, owner),
        seal,
        redactor,
        logger,
      });
    },
    async close() {
      await Promise.all([...clients.values()].map(({ login }) => login.close()));
      await http?.close();
    },
  };
}

/** One role at Vault. */
interface Client {
  readonly login: VaultLogin;
  readonly vault: Vault;
}

function bookOf(leases: VaultLeases, id: string): LeaseBook {
  return { add: (lease) => leases.add(id, lease), all: () => leases.of(id), drop: () => leases.drop(id) };
}

type VaultSettings = NonNullable<Config['vault']>;

function addressOf({ address, namespace, authorityFile }: VaultSettings) {
  return {
    url: address,
    ...(namespace !== undefined && { namespace }),
    ...(authorityFile !== undefined && { authority: textOf(authorityFile) }),
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigProblem([
      `BEANPOD_VAULT_CA_FILE names a file that cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
}

function methodOf(settings: VaultSettings, owner: Owner): LoginMethod {
  const { auth, token, tokenPath, roleId, secretId, role, jwtPath } = settings;
  const mount = settings.authMount ?? auth;
  switch (auth) {
    case 'token':
      if (token === undefined && tokenPath === undefined)
        throw missing('token', ['BEANPOD_VAULT_TOKEN or BEANPOD_VAULT_TOKEN_PATH']);
      return { by: auth, ...(tokenPath === undefined ? { token: token ?? '' } : { path: tokenPath }) };
    case 'approle':
      if (roleId === undefined || secretId === undefined)
        throw missing('approle', ['BEANPOD_VAULT_ROLE_ID', 'BEANPOD_VAULT_SECRET_ID']);
      return { by: auth, mount, roleId, secretId };
    case 'kubernetes':
    case 'jwt':
      if (role === undefined) throw missing(auth, ['BEANPOD_VAULT_ROLE']);
      return { by: auth, mount, role: filled(role, owner), jwtPath };
  }
}

function missing(auth: string, names: readonly string[]): ConfigProblem {
  return new ConfigProblem([`BEANPOD_VAULT_AUTH is ${auth}, which needs ${names.join(' and ')}`]);
}

function filled(text: string, { service, environment }: Owner): string {
  return text.replaceAll('{service}', service).replaceAll('{environment}', environment);
}

function refusalOf(path: string, allowed: readonly string[], { environment }: Owner): string | undefined {
  const forms = [path, withoutData(path)];
  if (allowed.length === 0 || forms.every((form) => allowed.some((start) => isBelow(form, start))))
    return undefined;
  return `vault:${path}: targets in ${environment} may name ${allowed.join(' or ')} and what is below`;
}

/** Whole segments alone count: what is opened to `prod` is not opened to `production`. */
function isBelow(path: string, start: string): boolean {
  return path === start || path.startsWith(start.endsWith('/') ? start : `${start}/`);
}

/** Key-value 2 takes the segment behind its mount for its own, so that it names no environment and no service. */
function withoutData(path: string): string {
  return path.replace(/^([^/]+)\/data\//, '$1/');
}

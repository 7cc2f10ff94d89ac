import { Type } from 'typebox';
import { setting } from './setting.js';

/** How workers reach Vault, and what targets may name there. */
export const VAULT_SETTINGS = {
  vaultAddress: setting(
    'BEANPOD_VAULT_ADDR',
    Type.String({
      pattern: '^https?://[^/?#@]+/?$',
      description: 'Address of Vault, for `vault:` references of targets; read by workers alone',
    }),
  ),
  vaultNamespace: setting(
    'BEANPOD_VAULT_NAMESPACE',
    Type.String({ minLength: 1, description: 'Namespace of Vault Enterprise or HCP' }),
  ),
  vaultAuthorityFile: setting(
    'BEANPOD_VAULT_CA_FILE',
    Type.String({
      minLength: 1,
      description: 'PEM file of the authority that signed the certificate of Vault',
    }),
  ),
  vaultAuth: setting(
    'BEANPOD_VAULT_AUTH',
    Type.Enum(['token', 'approle', 'kubernetes', 'jwt'], { description: 'How workers log in to Vault' }),
    'token',
  ),
  vaultAuthMount: setting(
    'BEANPOD_VAULT_AUTH_MOUNT',
    Type.String({
      pattern: '^[A-Za-z0-9._/-]+$',
      description: 'Where the log-in method is mounted; its name when unset',
    }),
  ),
  vaultRole: setting(
    'BEANPOD_VAULT_ROLE',
    Type.String({
      pattern: '^[A-Za-z0-9._{}-]+$',
      description:
        'Role for the log-in by `kubernetes` or `jwt`; `{environment}` and `{service}` stand for those of the deployment',
    }),
  ),
  vaultJwtPath: setting(
    'BEANPOD_VAULT_JWT_PATH',
    Type.String({ minLength: 1, description: 'File with the token for the log-in by `kubernetes` or `jwt`' }),
    '/var/run/secrets/kubernetes.io/serviceaccount/token',
  ),
  vaultRoleId: setting(
    'BEANPOD_VAULT_ROLE_ID',
    Type.String({ minLength: 1, description: 'Role id for the log-in by `approle`' }),
  ),
  vaultSecretId: setting(
    'BEANPOD_VAULT_SECRET_ID',
    Type.String({ minLength: 1, description: 'Secret id for the log-in by `approle`' }),
    undefined,
    'secret',
  ),
  vaultToken: setting(
    'BEANPOD_VAULT_TOKEN',
    Type.String({ minLength: 1, description: 'Token for Vault, for the log-in by `token`' }),
    undefined,
    'secret',
  ),
  vaultTokenPath: setting(
    'BEANPOD_VAULT_TOKEN_PATH',
    Type.String({
      minLength: 1,
      description:
        'File with the token for Vault, read anew when the old one is refused, as Vault Agent writes it',
    }),
  ),
  vaultPaths: setting(
    'BEANPOD_VAULT_PATHS',
    Type.Array(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._@{}/-]*$' }), {
      description:
        'Paths that targets may name, with all that is below them, `{environment}` and `{service}` as in the role; all that Vault allows when empty',
    }),
    [],
  ),
} as const;

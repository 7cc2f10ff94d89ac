import { Type } from 'typebox';
import { setting } from './setting.js';

/** Settings that say who may call and how they prove it. */
export const ACCESS_SETTINGS = {
  adminToken: setting(
    'BEANPOD_ADMIN_TOKEN',
    Type.String({
      minLength: 20,
      maxLength: 500,
      description:
        'A token with the role `admin`, valid for as long as it is configured; makes the first tokens',
    }),
    undefined,
    'secret',
  ),
  ciIssuers: setting(
    'BEANPOD_CI_ISSUERS',
    Type.Array(Type.String({ pattern: '^https?://[^?#\\s]+$' }), {
      description:
        'Issuers whose signed tokens CI runs may call with; trusts (`PUT /v1/trusts/{trust}`) say what for. Bitbucket has one for each workspace',
    }),
    ['https://token.actions.githubusercontent.com', 'https://gitlab.com'],
  ),
  ciAudience: setting(
    'BEANPOD_CI_AUDIENCE',
    Type.String({
      minLength: 1,
      maxLength: 300,
      description: 'Audience that those tokens must be made for; `BEANPOD_PUBLIC_URL` when unset',
    }),
  ),
  oidcIssuer: setting(
    'BEANPOD_OIDC_ISSUER',
    Type.String({
      pattern: '^https?://[^?#\\s]+$',
      description:
        'Identity provider at which people sign in (OpenID Connect); wants `BEANPOD_OIDC_CLIENT_ID` and `BEANPOD_PUBLIC_URL` too. Its redirect URI is `<public URL>/v1/session/oidc/callback`',
    }),
  ),
  oidcClientId: setting(
    'BEANPOD_OIDC_CLIENT_ID',
    Type.String({
      minLength: 1,
      maxLength: 300,
      description: 'How the identity provider knows this installation',
    }),
  ),
  oidcClientSecret: setting(
    'BEANPOD_OIDC_CLIENT_SECRET',
    Type.String({
      minLength: 1,
      maxLength: 500,
      description: 'Secret of the client; unset for a public one, which PKCE protects',
    }),
    undefined,
    'secret',
  ),
  oidcScopes: setting(
    'BEANPOD_OIDC_SCOPES',
    Type.String({
      pattern: '^openid( |$)',
      maxLength: 500,
      description: 'What is asked of the identity provider',
    }),
    'openid profile email',
  ),
  oidcGroupsClaim: setting(
    'BEANPOD_OIDC_GROUPS_CLAIM',
    Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'Claim with the groups of a person; roles name the groups that have them',
    }),
    'groups',
  ),
} as const;

import { Type, type Static } from 'typebox';
import { setting } from './setting.js';

const HOST = '^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?$';

/** An image registry that workers may ask. */
const Registry = Type.Object(
  {
    host: Type.String({
      pattern: HOST,
      description: 'Its host as image references name it, with its port; `docker.io` is Docker Hub',
    }),
    username: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1_000, description: 'Whom to log in as' }),
    ),
    password: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 32_768,
        description: 'Password or token of that user, or a reference to it',
      }),
    ),
    tokenHost: Type.Optional(
      Type.String({
        pattern: HOST,
        description: 'Host that gives tokens for it, when that is another one',
      }),
    ),
    caFile: Type.Optional(
      Type.String({ minLength: 1, description: 'PEM file of the authority that signed its certificate' }),
    ),
    plainHttp: Type.Optional(Type.Boolean({ description: 'Whether it is asked without TLS' })),
  },
  {
    additionalProperties: false,
    dependentRequired: { username: ['password'], password: ['username'] },
    description: 'A registry',
  },
);

export type RegistrySetting = Static<typeof Registry>;

/** The only image registries that workers ever ask, whatever a request names. */
export const REGISTRY_SETTINGS = {
  registries: setting(
    'BEANPOD_REGISTRIES',
    Type.Array(Registry, {
      maxItems: 50,
      description:
        'Image registries that workers ask which digest a tag names, as JSON: `[{"host": "registry.example.com", "username": "beanpod", "password": "env:BEANPOD_SECRET_REGISTRY"}]`; also `tokenHost`, `caFile` and `plainHttp`. No other registry is ever called',
    }),
    [],
    'secret',
  ),
} as const;

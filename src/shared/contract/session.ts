import { Type, type Static } from 'typebox';
import { VERBS } from '../domain/access.js';
import { PersonName } from './access.js';
import { closed, Timestamp } from './names.js';

/** How to sign in: with a token, or with a name and a password. */
export const SignIn = Type.Object(
  {
    token: Type.Optional(
      Type.String({ minLength: 1, maxLength: 4096, description: 'An access token', examples: ['bp_9Yb0…'] }),
    ),
    name: Type.Optional(PersonName),
    password: Type.Optional(
      Type.String({ minLength: 1, maxLength: 256, description: 'The password', examples: ['correct horse'] }),
    ),
  },
  { ...closed, description: 'Sign in with a token, or with name and password' },
);

export const SessionView = Type.Object(
  {
    name: Type.String({ description: 'Who you are', examples: ['ada@example.com'] }),
    kind: Type.Enum(['person', 'service-account', 'ci-run', 'installation'], {
      description: 'On whose behalf you call; `installation` for tokens that belong to nobody',
      examples: ['person'],
    }),
    by: Type.Enum(['token', 'session', 'ci'], {
      description: 'How you proved it',
      examples: ['session'],
    }),
    may: Type.Record(
      Type.Enum([...VERBS]),
      Type.Enum(['everywhere', 'somewhere', 'nowhere'], {
        description: 'How far the right reaches',
        examples: ['everywhere'],
      }),
      {
        description: 'What you may do at large; ask GET /v1/can for one place',
        examples: [
          {
            ...Object.fromEntries(VERBS.map((verb) => [verb, 'nowhere'])),
            view: 'everywhere',
            deploy: 'somewhere',
          },
        ],
      },
    ),
    expiresAt: Type.Optional(Timestamp('When you have to prove it anew')),
  },
  { description: 'Who you are and what you may do at large' },
);

/** What a page needs to know to offer signing in. */
export const SignInWays = Type.Object(
  {
    oidc: Type.Boolean({
      description: 'Whether people may sign in at GET /v1/session/oidc',
      examples: [false],
    }),
  },
  { description: 'Ways to sign in; tokens and passwords always work' },
);

export type SessionView = Static<typeof SessionView>;

import { Type, type Static } from 'typebox';
import { AccessRules, AccountName, RoleName } from './access.js';
import { closed, Text, Timestamp } from './names.js';

export const NewToken = Type.Object(
  {
    name: Text('Who uses the token; shown as the actor of deployments', 'jenkins', 100),
    role: Type.Optional(RoleName),
    rules: Type.Optional(AccessRules),
    account: Type.Optional(AccountName),
    expiresInDays: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 365,
        default: 90,
        description: 'Days until it ends',
        examples: [90],
      }),
    ),
  },
  {
    ...closed,
    description:
      'Make an access token with a role or with rules of its own. It never allows more than whom it belongs to: you, or a service account',
  },
);

export const TokenOwner = Type.Object(
  {
    kind: Type.Enum(['person', 'service-account', 'trust', 'installation'], {
      description: 'What it belongs to; `installation` for tokens of the bootstrap token',
      examples: ['person'],
    }),
    name: Type.String({ description: 'Its name', examples: ['ada@example.com'] }),
  },
  { description: 'Whom a token belongs to' },
);

const token = {
  id: Type.String({ description: 'Id; the part of the token that is no secret', examples: ['k3J9sQ0aZb1X'] }),
  name: Text('Who uses it', 'jenkins', 100),
  role: Type.Optional(RoleName),
  rules: Type.Optional(AccessRules),
  owner: Type.Optional(TokenOwner),
  createdAt: Timestamp('When it was made'),
  expiresAt: Timestamp('When it ends'),
  lastUsedAt: Type.Optional(Timestamp('When it was used last, to the minute')),
};

export const TokenView = Type.Object(token, { description: 'An access token, without its secret' });

export const CreatedToken = Type.Object(
  {
    ...token,
    token: Type.String({
      description: 'The secret, shown this once',
      examples: ['bp_k3J9sQ0aZb1X_9Yb0…'],
    }),
  },
  { description: 'A new access token' },
);

export type NewToken = Static<typeof NewToken>;
export type TokenView = Static<typeof TokenView>;

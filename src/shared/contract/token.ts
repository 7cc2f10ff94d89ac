import { Type, type Static } from 'typebox';
import { closed, Text, Timestamp } from './names.js';

/** Each role may do what the ones before it may. */
export const ROLES = ['view', 'deploy', 'edit', 'admin'] as const;

export const Role = Type.Enum(['view', 'deploy', 'edit', 'admin'], {
  description: 'What the token may do: read, also deploy, also configure, also manage tokens',
  examples: ['deploy'],
});

export const NewToken = Type.Object(
  {
    name: Text('Who uses the token; shown as the actor of deployments', 'jenkins', 100),
    role: Role,
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
  { ...closed, description: 'Make an access token' },
);

const token = {
  id: Type.String({ description: 'Id; the part of the token that is no secret', examples: ['k3J9sQ0aZb1X'] }),
  name: Text('Who uses it', 'jenkins', 100),
  role: Role,
  createdAt: Timestamp('When it was made'),
  expiresAt: Timestamp('When it ends'),
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

export type Role = Static<typeof Role>;
export type NewToken = Static<typeof NewToken>;
export type TokenView = Static<typeof TokenView>;

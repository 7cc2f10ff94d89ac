import { Type, type Static } from 'typebox';
import { VERBS } from '../domain/access.js';
import { NAME_PATTERN } from '../domain/ids.js';
import { closed, Text, Timestamp } from './names.js';

/** Names of people: what they sign in with, in lower case so that no two look alike. */
export const PersonName = Type.String({
  pattern: '^[a-z0-9][a-z0-9._@+-]{0,99}$',
  description: 'Name of a person, as they sign in',
  examples: ['ada@example.com'],
});

export const RoleName = Type.String({
  pattern: NAME_PATTERN,
  description: 'Name of a role; view, deploy, edit and admin are always there',
  examples: ['deploy'],
});

export const AccountName = Type.String({
  pattern: NAME_PATTERN,
  description: 'Name of a service account',
  examples: ['ci-bot'],
});

export const TrustName = Type.String({
  pattern: NAME_PATTERN,
  description: 'Name of a trust in CI runs',
  examples: ['shop-pipeline'],
});

export const VerbName = Type.Enum([...VERBS], { description: 'A right', examples: ['deploy'] });

const place = (what: string, example: string) =>
  Type.Optional(
    Type.String({
      pattern: `^\\*$|${NAME_PATTERN}`,
      default: '*',
      description: `${what} that the rule is about; \`*\` or nothing for all`,
      examples: [example],
    }),
  );

export const AccessRule = Type.Object(
  {
    effect: Type.Enum(['allow', 'deny'], { description: 'What the rule says', examples: ['allow'] }),
    verbs: Type.Array(VerbName, {
      minItems: 1,
      maxItems: VERBS.length,
      uniqueItems: true,
      description: 'Rights that it speaks of',
      examples: [['view', 'deploy']],
    }),
    service: place('Service', 'shop-api'),
    environment: place('Environment', 'staging'),
  },
  {
    ...closed,
    description:
      'The rule with fewer `*` decides; among equal ones a denial wins; what no rule speaks of is denied',
  },
);

export const AccessRules = Type.Array(AccessRule, {
  maxItems: 100,
  description: 'Rules of a role or of a token',
  examples: [[{ effect: 'allow', verbs: ['view', 'deploy'], environment: 'staging' }]],
});

const RoleNames = Type.Array(RoleName, {
  maxItems: 50,
  uniqueItems: true,
  description: 'Roles',
  examples: [['deploy']],
});

const GroupNames = Type.Array(Text('A group', 'platform-team', 200), {
  maxItems: 200,
  uniqueItems: true,
  description: 'Groups, as the identity provider names them',
  examples: [['platform-team']],
});

const role = {
  rules: AccessRules,
  groups: Type.Optional(GroupNames),
  description: Type.Optional(Text('What the role is for', 'Deploys the shop to staging')),
};

export const RoleSettings = Type.Object(role, { ...closed, description: 'What a role allows and denies' });
export const RoleView = Type.Object(
  {
    role: RoleName,
    ...role,
    builtIn: Type.Boolean({ description: 'Whether it is always there and never changes', examples: [false] }),
  },
  { description: 'A role' },
);

const person = {
  roles: RoleNames,
  groups: Type.Optional(GroupNames),
  gitAuthors: Type.Optional(
    Type.Array(Text('A name or an e-mail address', 'ada@work.example.com', 200), {
      maxItems: 20,
      uniqueItems: true,
      description:
        'Under which names and addresses they commit, beside their own name here: they cannot approve of what they wrote',
      examples: [['Ada Lovelace', 'ada@work.example.com']],
    }),
  ),
  disabled: Type.Optional(
    Type.Boolean({ description: 'Whether they are kept out; their tokens are too', examples: [false] }),
  ),
};

export const PersonSettings = Type.Object(person, { ...closed, description: 'What a person may do' });
export const PersonView = Type.Object(
  {
    person: PersonName,
    ...person,
    signsInBy: Type.Array(
      Type.Enum(['password', 'oidc'], { description: 'A way to sign in', examples: ['oidc'] }),
      { description: 'How they can sign in; nothing until they used their invitation', examples: [['oidc']] },
    ),
    createdAt: Timestamp('When they were added'),
  },
  { description: 'A person' },
);

export const Invitation = Type.Object(
  {
    person: PersonName,
    secret: Type.String({
      description: 'Shown this once; whoever has it may set the password once',
      examples: ['bi_9Yb0…'],
    }),
    expiresAt: Timestamp('When it ends'),
  },
  { description: 'An invitation to choose a password' },
);

export const Password = Type.String({
  minLength: 12,
  maxLength: 256,
  description: 'A password of 12 characters or more',
  examples: ['correct horse battery staple'],
});

export const NewPassword = Type.Object(
  {
    secret: Type.String({
      maxLength: 100,
      description: 'The secret of the invitation',
      examples: ['bi_9Yb0…'],
    }),
    password: Password,
  },
  { ...closed, description: 'Choose a password' },
);

const account = {
  roles: RoleNames,
  description: Type.Optional(Text('What works under this name', 'Nightly jobs')),
  disabled: Type.Optional(Type.Boolean({ description: 'Whether its tokens are refused', examples: [false] })),
};

export const AccountSettings = Type.Object(account, {
  ...closed,
  description: 'What a service account may do',
});
export const AccountView = Type.Object(
  { account: AccountName, ...account },
  { description: 'A service account' },
);

const trust = {
  issuer: Type.String({
    pattern: '^https?://[^?#\\s]+$',
    maxLength: 300,
    description: 'Who signs the tokens of the CI runs; BEANPOD_CI_ISSUERS must name it too',
    examples: ['https://token.actions.githubusercontent.com'],
  }),
  claims: Type.Record(
    Type.String({ pattern: '^[A-Za-z0-9_.:-]{1,100}$' }),
    Type.String({ minLength: 1, maxLength: 500, description: 'A value', examples: ['refs/heads/main'] }),
    {
      minProperties: 1,
      maxProperties: 20,
      description:
        'Values that claims must have; `*` at the end stands for any rest. Prefer ids, such as repository_id, to names, which can be taken over',
      examples: [{ repository_id: '123456', ref: 'refs/heads/main' }],
    },
  ),
  roles: RoleNames,
};

export const TrustSettings = Type.Object(trust, {
  ...closed,
  description: 'Which CI runs may do what without a secret',
});
export const TrustView = Type.Object({ trust: TrustName, ...trust }, { description: 'A trust in CI runs' });

export const CanView = Type.Object(
  {
    allowed: Type.Boolean({ description: 'The verdict', examples: [true] }),
    verb: VerbName,
    who: Type.String({ description: 'Whose right it is', examples: ['ada@example.com'] }),
    rule: Type.Optional(
      Type.Object(
        {
          effect: Type.Enum(['allow', 'deny'], { description: 'What it says', examples: ['allow'] }),
          verbs: Type.Array(VerbName, { description: 'Rights', examples: [['deploy']] }),
          service: Type.String({ description: 'Service or `*`', examples: ['shop-api'] }),
          environment: Type.String({ description: 'Environment or `*`', examples: ['*'] }),
          from: Type.Optional(Type.String({ description: 'Where it stands', examples: ['role deploy'] })),
        },
        { description: 'The rule that decided; absent when no rule speaks of it' },
      ),
    ),
  },
  { description: 'Whether somebody may do something, and why' },
);

export type AccessRule = Static<typeof AccessRule>;
export type RoleSettings = Static<typeof RoleSettings>;
export type PersonSettings = Static<typeof PersonSettings>;
export type AccountSettings = Static<typeof AccountSettings>;
export type TrustSettings = Static<typeof TrustSettings>;

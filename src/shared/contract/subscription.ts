import { Type, type Static } from 'typebox';
import { NAME_PATTERN } from '../domain/ids.js';
import { StateName } from './deployment-view.js';
import { closed, EnvironmentName, ServiceName, Text, Timestamp } from './names.js';

export const SubscriptionName = Type.String({
  pattern: NAME_PATTERN,
  description: 'Name of a subscription',
  examples: ['team-chat'],
});

const Url = (description: string, example: string) =>
  Type.String({ pattern: '^https?://', maxLength: 2_000, description, examples: [example] });

const News = Type.Union([StateName, Type.Enum(['target.drifted', 'target.restored'])], {
  description:
    'A state that a deployment has reached, or a target that somebody changed since its deployment, or changed back',
  examples: ['succeeded'],
});

/** Literals are sealed by the API; references are read by the worker that sends. */
const Credential = (description: string) =>
  Type.String({
    minLength: 1,
    maxLength: 4_000,
    writeOnly: true,
    description: `${description}: a reference such as vault:ci/slack#token or env:NAME, or the text itself, which is stored sealed and shown as "(sealed)"`,
    examples: ['vault:ci/chat#token'],
  });

const Webhook = Type.Object(
  {
    type: Type.Literal('webhook'),
    url: Url('Where to send', 'https://example.com/beanpod'),
    secret: Credential('What notices are signed with, by Standard Webhooks'),
    format: Type.Optional(
      Type.Enum(['beanpod', 'cdevents'], {
        default: 'beanpod',
        description: 'What is sent: our own events, or CDEvents as CloudEvents in binary mode',
        examples: ['cdevents'],
      }),
    ),
  },
  { ...closed, description: 'A signed HTTP request for each event' },
);

const Slack = Type.Object(
  {
    type: Type.Literal('slack'),
    channel: Text('Channel id or name', 'C0123456789', 100),
    token: Credential('Bot token with chat:write'),
    api: Type.Optional(Url('Address of the Slack API', 'https://slack.com/api')),
  },
  { ...closed, description: 'One message for each deployment, which changes with it' },
);

const Teams = Type.Object(
  { type: Type.Literal('teams'), flow: Credential('Address of a Teams workflow that takes Adaptive Cards') },
  { ...closed, description: 'A card for each event' },
);

const Email = Type.Object(
  {
    type: Type.Literal('email'),
    to: Type.Array(Type.String({ format: 'email', description: 'Address', examples: ['ops@example.com'] }), {
      minItems: 1,
      maxItems: 50,
      description: 'Who gets it',
      examples: [['ops@example.com']],
    }),
  },
  { ...closed, description: 'A mail for each event, by the server of BEANPOD_SMTP_URL' },
);

const GitHub = Type.Object(
  {
    type: Type.Literal('github'),
    repository: Type.String({
      pattern: '^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$',
      description: 'Owner and name',
      examples: ['acme/shop'],
    }),
    token: Credential('Token that may write deployments, or commit statuses'),
    report: Type.Optional(
      Type.Enum(['deployment', 'status'], {
        default: 'deployment',
        description: 'What is kept up to date there',
        examples: ['deployment'],
      }),
    ),
    api: Type.Optional(Url('Address of the GitHub API', 'https://api.github.com')),
  },
  { ...closed, description: 'A deployment or a commit status at GitHub that follows ours' },
);

const Bitbucket = Type.Object(
  {
    type: Type.Literal('bitbucket'),
    repository: Type.String({
      pattern: '^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$',
      description: 'Workspace and repository',
      examples: ['acme/shop'],
    }),
    token: Credential('Repository access token that may write build statuses'),
    api: Type.Optional(Url('Address of the Bitbucket API', 'https://api.bitbucket.org')),
  },
  { ...closed, description: 'A build status at Bitbucket Cloud that follows the deployment' },
);

const GitLab = Type.Object(
  {
    type: Type.Literal('gitlab'),
    project: Text('Id or path of the project', 'acme/shop', 255),
    token: Credential('Project access token with the scope api'),
    api: Type.Optional(Url('Address of GitLab', 'https://gitlab.com')),
  },
  { ...closed, description: 'A commit status at GitLab that follows the deployment' },
);

export const Channel = Type.Union([Webhook, Slack, Teams, Email, GitHub, Bitbucket, GitLab], {
  description: 'Where and how people or systems are told',
});

export const Subscription = Type.Object(
  {
    channel: Channel,
    events: Type.Optional(
      Type.Array(News, {
        minItems: 1,
        maxItems: 15,
        uniqueItems: true,
        description:
          'States of a deployment that are told, and what happens to a target since; when absent, states in which something has come to stand or wait, and both of a target. A message or status that changes with its deployment follows all of its states.',
        examples: [['succeeded', 'rolled_back', 'rollback_failed', 'failed']],
      }),
    ),
    services: Type.Optional(
      Type.Array(ServiceName, {
        minItems: 1,
        maxItems: 500,
        description: 'Only of these',
        examples: [['shop-api']],
      }),
    ),
    environments: Type.Optional(
      Type.Array(EnvironmentName, {
        minItems: 1,
        maxItems: 500,
        description: 'Only of these',
        examples: [['production']],
      }),
    ),
    enabled: Type.Optional(
      Type.Boolean({ default: true, description: 'Whether it is told', examples: [true] }),
    ),
  },
  { ...closed, description: 'Tells people or systems how deployments go' },
);

export const SubscriptionView = Type.Object(
  { subscription: SubscriptionName, ...Subscription.properties },
  { description: 'A subscription as it is configured' },
);

export const NoticeView = Type.Object(
  {
    id: Text('Id', '1795667457404-0'),
    subscription: SubscriptionName,
    deployment: Text(
      'Deployment that it is about, or that what runs is compared with',
      '01kaqv9zc3h8m2x6y7w4t5r0pn',
    ),
    state: News,
    target: Type.Optional(Text('Target that it is about', 'shop-api/staging', 200)),
    about: Type.Optional(Text('What was seen of the target', 'ConfigMap shop/app was changed', 2_000)),
    outcome: Type.Enum(['waiting', 'sent', 'given-up'], { description: 'How it went', examples: ['sent'] }),
    attempts: Type.Integer({ description: 'How often it was tried', examples: [1] }),
    seen: Type.Optional(Text('What the last attempt saw', 'answered 200', 1_000)),
    createdAt: Timestamp('When it came to be so'),
    nextAt: Type.Optional(Timestamp('When it is tried next')),
  },
  { description: 'A notice to a subscription' },
);

export type Subscription = Static<typeof Subscription>;
export type Channel = Static<typeof Channel>;
export type ChannelOf<T extends Channel['type']> = Extract<Channel, { type: T }>;
export type SubscriptionView = Static<typeof SubscriptionView>;
export type NoticeView = Static<typeof NoticeView>;

import { Type, type Static } from 'typebox';
import { NAME_PATTERN } from '../domain/ids.js';
import { CloneRequest, LONGEST_CLONE_MS, SHORTEST_CLONE_MS } from './clone.js';
import { closed, EnvironmentName, ServiceName, Text, Timestamp, VersionName } from './names.js';

export const HookName = Type.String({
  pattern: NAME_PATTERN,
  description: 'Name of a hook; part of its address',
  examples: ['github'],
});

export const SENDERS = ['github', 'gitlab', 'bitbucket', 'gitea', 'standard', 'cdevents'] as const;

const JsonPath = (description: string, example: string) =>
  Type.String({ pattern: '^\\$', maxLength: 500, description, examples: [example] });

const Place = (description: string, example: string) =>
  Type.Optional(JsonPath(`JSONPath to ${description}, instead of where this sender has it`, example));

const Mapping = Type.Object(
  {
    service: Place('the name of the service', '$.repository.name'),
    version: Place('the name of the version', '$.after'),
    branch: Place('the branch', '$.ref'),
    commit: Place('the commit', '$.after'),
    message: Place('the message', '$.head_commit.message'),
    author: Place('the author', '$.head_commit.author.name'),
    pullRequest: Place('the number of the pull request', '$.pull_request.number'),
    image: Place('the image', '$.package.package_version.package_url'),
  },
  { ...closed, description: 'Where the payload says what' },
);

const Constraint = Type.Object(
  {
    path: JsonPath('Where in the payload', '$.repository.full_name'),
    matches: Type.String({
      minLength: 1,
      maxLength: 500,
      description: 'Regular expression (RE2) that a value there must match as a whole',
      examples: ['acme/.*'],
    }),
  },
  { ...closed, description: 'What a payload must say' },
);

const Review = Type.Object(
  {
    each: Type.Optional(
      Type.Enum(['pull-request', 'branch'], {
        default: 'pull-request',
        description: 'What gets an environment each',
        examples: ['pull-request'],
      }),
    ),
    from: EnvironmentName,
    name: Type.String({
      minLength: 1,
      maxLength: 100,
      description:
        'Name of the environment, with {pullRequest}, {branch} and {service} filled in; made a DNS label, with a hash when it is cut to 40 characters',
      examples: ['review-{pullRequest}'],
    }),
    services: CloneRequest.properties.services,
    ttlMs: Type.Integer({
      minimum: SHORTEST_CLONE_MS,
      maximum: LONGEST_CLONE_MS,
      description: 'How long it lives after the last delivery about it, in milliseconds',
      examples: [172_800_000],
    }),
  },
  { ...closed, description: 'How review environments are made: as clones of another one' },
);

const Decision = Type.Object(
  {
    branch: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: 'Branches it is about, with `*` for any text; all when absent',
        examples: ['release/*'],
      }),
    ),
    service: Type.Optional(ServiceName),
    action: Type.Enum(['deploy', 'review', 'nothing'], {
      description:
        'Deploy to environments, deploy to a review environment that is made when it is missing and ends with its branch or pull request, or nothing. Rows that deploy are not about events of pull requests',
      examples: ['deploy'],
    }),
    environments: Type.Optional(
      Type.Array(EnvironmentName, {
        minItems: 1,
        maxItems: 20,
        description: 'Where to deploy',
        examples: [['staging']],
      }),
    ),
    review: Type.Optional(Review),
  },
  { ...closed, description: 'A row of the decision table' },
);

export const Hook = Type.Object(
  {
    sender: Type.Enum([...SENDERS], {
      description: 'Who sends; says how deliveries are signed and what is where in them',
      examples: ['github'],
    }),
    secrets: Type.Array(
      Type.String({ minLength: 8, maxLength: 500, description: 'Secret', examples: ['(sealed)'] }),
      {
        minItems: 1,
        maxItems: 2,
        description:
          'What deliveries are signed with, at least 16 characters each; a second one while the sender changes over. Stored sealed and shown as "(sealed)"; sent back like that they stay',
        examples: [['(sealed)']],
      },
    ),
    service: Type.Optional(ServiceName),
    services: Type.Optional(
      Type.Record(Type.String({ maxLength: 255 }), ServiceName, {
        maxProperties: 500,
        description: 'Services by the name that the sender has for them; the same name when absent',
        examples: [{ 'acme/shop': 'shop-api' }],
      }),
    ),
    when: Type.Optional(
      Type.Array(Constraint, { maxItems: 20, description: 'All must hold', examples: [[]] }),
    ),
    map: Type.Optional(Mapping),
    artifact: Type.Optional(
      Type.Record(Type.String({ maxLength: 50 }), Type.String({ maxLength: 1024 }), {
        maxProperties: 10,
        description:
          'The artifact of versions that are registered, with {service}, {version}, {commit} and {branch} filled in; nothing is registered without it unless the delivery names an image',
        examples: [{ type: 'image', image: 'registry.example.com/{service}:{commit}' }],
      }),
    ),
    decisions: Type.Optional(
      Type.Array(Decision, {
        maxItems: 100,
        description: 'The first row that fits decides; nothing is deployed without one',
        examples: [[{ branch: 'main', action: 'deploy', environments: ['staging'] }]],
      }),
    ),
  },
  { ...closed, description: 'Accepts deliveries of a source or CI system' },
);

export const HookView = Type.Object(
  { hook: HookName, ...Hook.properties, address: Text('Where to send deliveries', '/v1/hooks/github') },
  { description: 'A hook as it is configured' },
);

export const DeliveryOutcome = Type.Enum(['done', 'nothing', 'duplicate', 'refused'], {
  description: 'What came of it: carried out, not for us, seen before, or wrong',
  examples: ['done'],
});

export const DeliveryView = Type.Object(
  {
    id: Type.String({ description: 'Id in the order of arrival', examples: ['1795667457404-0'] }),
    hook: HookName,
    at: Timestamp('When it arrived'),
    delivery: Type.Optional(Text('Id that the sender gave it', '72d3162e-cc78-11e3-81ab-4c9367dc0958')),
    event: Type.Optional(Text('Kind of event', 'push')),
    outcome: DeliveryOutcome,
    reason: Text('Why', 'Version 118 of shop-api was registered', 2_000),
    version: Type.Optional(VersionName),
    review: Type.Optional(Text('Review environment that it was about', 'review-7')),
    deployments: Type.Array(Text('Deployment', '01kaqv9zc3h8m2x6y7w4t5r0pn'), {
      description: 'Deployments that it led to',
      examples: [[]],
    }),
    replayable: Type.Boolean({
      description: 'Whether its body is kept and it may be replayed',
      examples: [true],
    }),
  },
  { description: 'A delivery to a hook' },
);

export type Hook = Static<typeof Hook>;
export type HookView = Static<typeof HookView>;
export type DeliveryView = Static<typeof DeliveryView>;
export type Sender = (typeof SENDERS)[number];

import { Type, type Static } from 'typebox';
import { NAME_PATTERN } from '../domain/ids.js';
import { closed, EnvironmentName, ServiceName, Text, Timestamp } from './names.js';

export const BlockerName = Type.String({
  pattern: NAME_PATTERN,
  description: 'Name of a blocker',
  examples: ['christmas'],
});

export const TierName = Type.String({
  pattern: NAME_PATTERN,
  description: 'Tier of an environment',
  examples: ['production'],
});

const names = <T extends typeof ServiceName>(name: T, description: string, example: string) =>
  Type.Array(name, { minItems: 1, maxItems: 500, uniqueItems: true, description, examples: [[example]] });
const services = (description: string) => Type.Optional(names(ServiceName, description, 'shop-api'));
const environments = (description: string) =>
  Type.Optional(names(EnvironmentName, description, 'production'));

const Scope = Type.Object(
  {
    services: services('Services that it is about; all when absent'),
    environments: environments('Environments that it is about; all when absent'),
    tier: Type.Optional(TierName),
  },
  { ...closed, description: 'What the blocker is about; everything that is said must fit the target' },
);

const Clock = (description: string, example: string) =>
  Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', description, examples: [example] });
const Day = (description: string, example: string) =>
  Type.String({ format: 'date', description, examples: [example] });

const Window = Type.Object(
  {
    zone: Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'IANA name of the time zone',
      examples: ['Europe/Warsaw'],
    }),
    days: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 7, description: 'Day', examples: [5] }), {
        minItems: 1,
        maxItems: 7,
        uniqueItems: true,
        description: 'Days of the week on which it begins, 1 is Monday; every day when absent',
        examples: [[5]],
      }),
    ),
    dates: Type.Optional(
      Type.Array(
        Type.Object(
          {
            from: Day('First day', '2026-12-20'),
            to: Day('Last day', '2027-01-02'),
            yearly: Type.Optional(
              Type.Boolean({
                default: false,
                description: 'Whether it returns every year',
                examples: [true],
              }),
            ),
          },
          { ...closed, description: 'A span of days' },
        ),
        {
          minItems: 1,
          maxItems: 100,
          description: 'Days on which it begins; every day when absent',
          examples: [[{ from: '2026-12-20', to: '2027-01-02', yearly: true }]],
        },
      ),
    ),
    from: Type.Optional(Clock('When it begins by the clocks of the zone; midnight when absent', '15:00')),
    to: Type.Optional(
      Clock('When it ends, on the next day unless that is after `from`; midnight when absent', '08:00'),
    ),
  },
  { ...closed, description: 'Recurring hours' },
);

const Windows = Type.Array(Window, {
  minItems: 1,
  maxItems: 50,
  description: 'Hours',
  examples: [[{ zone: 'Europe/Warsaw', days: [5], from: '15:00', to: '23:00' }]],
});

const Unconditional = Type.Object(
  {
    type: Type.Literal('unconditional'),
    exceptServices: services('Services that go free'),
    exceptEnvironments: environments('Environments that go free; with both lists a target must be in both'),
  },
  { ...closed, description: 'Stops everything' },
);

const Closed = Type.Object(
  {
    type: Type.Literal('window'),
    windows: Windows,
    open: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Whether the windows say when it is open instead of when it is closed',
        examples: [false],
      }),
    ),
  },
  { ...closed, description: 'Stops by the clock' },
);

const Branch = Type.Object(
  {
    type: Type.Literal('branch'),
    branches: Type.Array(Text('Branch', 'main', 255), {
      minItems: 1,
      maxItems: 100,
      description: 'Branches that versions may come from',
      examples: [['main']],
    }),
  },
  { ...closed, description: 'Stops versions that were not registered from one of the branches' },
);

const CommitStatus = Type.Object(
  { type: Type.Literal('commit-status') },
  { ...closed, description: 'Stops versions that were not registered with the commit status success' },
);

const Concurrent = Type.Object(
  {
    type: Type.Literal('concurrent'),
    atMost: Type.Integer({
      minimum: 1,
      maximum: 10_000,
      description: 'Deployments under way in the environment',
      examples: [3],
    }),
    exceptServices: services('Services that go free'),
  },
  { ...closed, description: 'Stops while enough deployments are under way in the environment' },
);

const SingleRegion = Type.Object(
  { type: Type.Literal('single-region') },
  { ...closed, description: 'Stops a service while it is deployed to another environment of the same tier' },
);

/** Judged by the schema of its type in a second look, so that errors are few and exact. */
export const Rule = Type.Union([Unconditional, Closed, Branch, CommitStatus, Concurrent, SingleRegion], {
  description: 'When it blocks',
});

export const Blocker = Type.Object(
  {
    rule: Rule,
    scope: Type.Optional(Scope),
    reason: Type.Optional(Text('Why; shown to whoever is stopped', 'No changes before Christmas')),
    mode: Type.Optional(
      Type.Enum(['hold', 'reject'], {
        default: 'hold',
        description: 'Whether deployments wait and start by themselves when it clears, or are refused',
        examples: ['hold'],
      }),
    ),
    enabled: Type.Optional(
      Type.Boolean({ default: true, description: 'Whether it is in force', examples: [true] }),
    ),
    expiresAt: Type.Optional(Timestamp('When it stops being in force')),
    exempt: Type.Optional(
      Type.Array(Text('Name of a person or token', 'ada', 100), {
        maxItems: 100,
        description: 'Whom it never stops',
        examples: [['ada']],
      }),
    ),
  },
  { ...closed, description: 'A rule that holds or refuses deployments' },
);

export const BlockerView = Type.Object(
  { blocker: BlockerName, ...Blocker.properties },
  { description: 'A blocker as it is configured' },
);

/** What stands in the way of a deployment. */
export const BlockedView = Type.Object(
  {
    blocker: BlockerName,
    mode: Type.Enum(['hold', 'reject'], { description: 'What it does', examples: ['hold'] }),
    because: Text('What was seen', 'christmas: closed until 2027-01-03T00:00:00.000Z', 2_000),
    clearsAt: Type.Optional(Timestamp('When it clears by itself')),
  },
  { description: 'A blocker in the way' },
);

export type Blocker = Static<typeof Blocker>;
export type BlockerView = Static<typeof BlockerView>;
export type BlockedView = Static<typeof BlockedView>;

import { Type, type Static } from 'typebox';
import { closed, EnvironmentName, ServiceName, Text } from './names.js';

const Id = (description: string) =>
  Type.Optional(Type.Union([Type.Integer(), Type.Null()], { description, examples: [7] }));

/** A row of Apollo's blocker table as its API gives it. https://github.com/logzio/apollo */
const ApolloBlocker = Type.Object(
  {
    id: Id('Id'),
    name: Text('Name', 'No Fridays', 255),
    blockerTypeName: Type.Enum(
      ['unconditional', 'timebased', 'branch', 'githubCommitStatus', 'concurrent', 'singleRegion'],
      { description: 'Type', examples: ['timebased'] },
    ),
    blockerJsonConfiguration: Type.Union([Type.String({ maxLength: 100_000 }), Type.Null()], {
      description: 'Configuration of the type, as JSON in a string',
      examples: ['{"startTimeUtc":"15:00","endTimeUtc":"23:00","daysOfTheWeek":[5]}'],
    }),
    isActive: Type.Optional(Type.Boolean({ description: 'Whether it is in force', examples: [true] })),
    environmentId: Id('Environment'),
    serviceId: Id('Service'),
    stackId: Id('Stack'),
    availability: Type.Optional(
      Type.Union([Type.String({ maxLength: 63 }), Type.Null()], { description: 'Tier', examples: ['PROD'] }),
    ),
  },
  { description: 'A blocker of Apollo' },
);

const named = <T extends typeof ServiceName>(name: T, description: string) =>
  Type.Record(Type.String({ maxLength: 20 }), name, {
    maxProperties: 5_000,
    description,
    examples: [{ '7': 'shop-api' }],
  });
const stacks = <T extends typeof ServiceName>(name: T, description: string) =>
  Type.Optional(
    Type.Record(
      Type.String({ maxLength: 20 }),
      Type.Array(name, { minItems: 1, maxItems: 500, description: 'Members', examples: [['shop-api']] }),
      { maxProperties: 1_000, description, examples: [{ '3': ['shop-api'] }] },
    ),
  );

export const ApolloImport = Type.Object(
  {
    blockers: Type.Array(ApolloBlocker, {
      minItems: 1,
      maxItems: 500,
      description: 'Rows',
      examples: [
        [
          {
            name: 'No Fridays',
            blockerTypeName: 'timebased',
            blockerJsonConfiguration: '{"startTimeUtc":"15:00","endTimeUtc":"23:00","daysOfTheWeek":[5]}',
          },
        ],
      ],
    }),
    services: named(ServiceName, 'Our names of services by their ids in Apollo'),
    environments: named(EnvironmentName, 'Our names of environments by their ids in Apollo'),
    serviceStacks: stacks(ServiceName, 'Services of each stack by its id'),
    environmentStacks: stacks(EnvironmentName, 'Environments of each stack by its id'),
  },
  { ...closed, description: 'Blockers of Apollo, and what its ids are called here' },
);

export type ApolloImport = Static<typeof ApolloImport>;
export type ApolloBlocker = Static<typeof ApolloBlocker>;

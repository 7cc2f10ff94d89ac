import { Type, type Static } from 'typebox';
import { BlockerName, BlockerView, TierName } from './blocker.js';
import { closed, EnvironmentName, ServiceName, Text } from './names.js';

const list = <T extends typeof ServiceName>(name: T, description: string, example: string) =>
  Type.Optional(
    Type.Array(name, { minItems: 1, maxItems: 500, uniqueItems: true, description, examples: [[example]] }),
  );

/** How the events of a calendar become blockers. */
export const CalendarImportQuery = Type.Object(
  {
    name: Type.Optional({
      ...BlockerName,
      maxLength: 20,
      default: 'calendar',
      description: 'How the names of the blockers begin; the title of the event follows',
    }),
    zone: Type.Optional(
      Text(
        'Zone of days, and of times that name none; that of the calendar when absent',
        'Europe/Warsaw',
        64,
      ),
    ),
    services: list(ServiceName, 'Services that they are about; all when absent', 'shop-api'),
    environments: list(EnvironmentName, 'Environments that they are about; all when absent', 'production'),
    tier: Type.Optional(TierName),
    mode: Type.Optional(
      Type.Enum(['hold', 'reject'], {
        default: 'hold',
        description: 'Whether deployments wait or are refused',
        examples: ['hold'],
      }),
    ),
    open: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Whether the events say when it is open instead of when it is closed',
        examples: [false],
      }),
    ),
    dryRun: Type.Optional(
      Type.Boolean({ default: false, description: 'Only show the blockers', examples: [true] }),
    ),
  },
  { ...closed, description: 'What the blockers are about' },
);

export const CalendarImported = Type.Object(
  {
    dryRun: Type.Boolean({ description: 'Whether nothing was written', examples: [true] }),
    items: Type.Array(BlockerView, { description: 'The blockers by name', examples: [[]] }),
    past: Type.Integer({
      minimum: 0,
      description: 'Events that were left out, since they are over',
      examples: [0],
    }),
  },
  { description: 'What became of a calendar' },
);

export type CalendarImportQuery = Static<typeof CalendarImportQuery>;

import { Type } from 'typebox';
import { Timestamp } from './names.js';

const Hash = (description: string) =>
  Type.String({
    description,
    examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
  });

export const AuditEntryView = Type.Object(
  {
    n: Type.Integer({ description: 'Number of the entry, from 1 without gaps', examples: [42] }),
    at: Timestamp('When it was answered'),
    actor: Type.Object(
      {
        id: Type.String({ description: 'Id of the token, or of the person', examples: ['k3J9sQ0aZb1X'] }),
        name: Type.String({ description: 'Name of the token or person', examples: ['jenkins'] }),
        owner: Type.String({ description: 'On whose behalf', examples: ['service-account ci-bot'] }),
        by: Type.Enum(['token', 'session', 'ci', 'nothing'], {
          description: 'How they proved it',
          examples: ['token'],
        }),
      },
      { description: 'Who called' },
    ),
    method: Type.String({ description: 'HTTP method', examples: ['POST'] }),
    path: Type.String({ description: 'Path of the call', examples: ['/v1/deployments'] }),
    status: Type.Integer({ description: 'HTTP status of the answer', examples: [202] }),
    code: Type.Optional(Type.String({ description: 'Code of the refusal', examples: ['access.denied'] })),
    made: Type.Optional(
      Type.String({
        description: 'Where what was made is',
        examples: ['/v1/deployments/01kaqv9zc3h8m2x6y7w4t5r0pn'],
      }),
    ),
    about: Type.Optional(
      Type.String({ description: 'Whom or what it was about', examples: ['ada@example.com'] }),
    ),
    requestId: Type.String({ description: 'Id of the request', examples: ['01kaqv9zc3h8m2x6y7w4t5r0pn'] }),
    address: Type.String({ description: 'Address of the connection', examples: ['10.0.0.7'] }),
    unrecorded: Type.Optional(
      Type.Integer({ description: 'Refused calls before it that were too many to record', examples: [7] }),
    ),
    previous: Hash('Hash of the entry before; empty for the first'),
    hash: Hash('SHA-256 of the JSON of the entry as it is written here, without this last member'),
  },
  { description: 'A call that changed something or was refused' },
);

const Place = (description: string) => Type.Enum(['archive', 'redis'], { description, examples: ['redis'] });

export const ChainView = Type.Object(
  {
    intact: Type.Boolean({ description: 'Whether every entry is what was written', examples: [true] }),
    entries: Type.Integer({ description: 'Entries that are intact', examples: [42] }),
    hash: Type.Optional(
      Hash('Hash of the last entry: note it elsewhere, to see later that nothing was cut off'),
    ),
    brokenAt: Type.Optional(Type.Integer({ description: 'First entry that is not', examples: [17] })),
    brokenIn: Type.Optional(Place('Where that entry is, or should be')),
    why: Type.Optional(
      Type.String({ description: 'What is wrong there', examples: ['entry 17 was changed'] }),
    ),
    parts: Type.Array(
      Type.Object(
        {
          where: Place('Where these entries are: the blob store, or Redis'),
          first: Type.Integer({ description: 'Number of the first', examples: [1] }),
          last: Type.Integer({ description: 'Number of the last', examples: [42] }),
        },
        { description: 'Entries that follow each other in one place' },
      ),
      {
        description: 'Which intact entries were looked at where, from the first on',
        examples: [[{ where: 'redis', first: 1, last: 42 }]],
      },
    ),
  },
  { description: 'What a look at the whole chain found' },
);

import { Type, type Static } from 'typebox';
import { Timestamp } from './names.js';

/** One line of a journal. `n` counts from 1 without gaps and is the cursor everywhere. */
export const JournalLine = Type.Object(
  {
    n: Type.Integer({ description: 'Line number', examples: [412] }),
    at: Timestamp('When it was written'),
    kind: Type.Enum(['log', 'event'], {
      description: 'A line for people, or a coded event',
      examples: ['event'],
    }),
    level: Type.Enum(['debug', 'info', 'warn', 'error'], { description: 'How loud', examples: ['info'] }),
    text: Type.String({
      description: 'For people; may change. May hold colours, `ESC [ … m`, and no other control sequence',
      examples: ['Deploying 118'],
    }),
    step: Type.Optional(Type.String({ description: 'Step it belongs to', examples: ['ensure-update'] })),
    code: Type.Optional(Type.String({ description: 'Stable code of an event', examples: ['step.started'] })),
    data: Type.Optional(
      Type.Object(
        {},
        {
          description: 'Data of an event',
          additionalProperties: true,
          examples: [{ step: 'ensure-update' }],
        },
      ),
    ),
  },
  { description: 'One line of the journal' },
);

export const JournalPage = Type.Object(
  {
    lines: Type.Array(JournalLine, { description: 'Oldest first', examples: [[]] }),
    next: Type.Integer({ description: 'Ask for the lines after this one next', examples: [412] }),
    complete: Type.Boolean({ description: 'No further line will come', examples: [false] }),
    length: Type.Integer({ description: 'Lines of the whole log by now', examples: [412] }),
  },
  { description: 'A page of a journal' },
);

export type JournalLine = Static<typeof JournalLine>;
export type JournalPage = Static<typeof JournalPage>;

import { Type, type Static } from 'typebox';
import { closed, Text, Timestamp } from './names.js';

/** Sub-protocol of the WebSocket: binary frames whose first byte is one of `EXEC_CHANNEL`. */
export const EXEC_PROTOCOL = 'beanpod.exec.v1';

/** Channels of a shell. `end` and `size` carry JSON: `ExecEnd` and `ExecSize`. */
export const EXEC_CHANNEL = { input: 0, output: 1, errors: 2, end: 3, size: 4 } as const;

/** Close codes of the WebSocket besides those of RFC 6455. */
export const EXEC_CLOSE = { rights: 4403, limit: 4408, lost: 4410 } as const;

/** Last frame of a shell. */
export interface ExecEnd {
  /** Absent when the shell did not end by itself. */
  readonly exitCode?: number;
  readonly reason: string;
}

/** Size of the terminal, in characters. */
export interface ExecSize {
  readonly columns: number;
  readonly rows: number;
}

export const Shell = Type.Enum(['sh', 'bash', 'ash'], { description: 'Shell to start', examples: ['sh'] });
export type Shell = Static<typeof Shell>;

/** Which shell somebody wants. */
export const ExecRequest = Type.Object(
  {
    pod: Type.String({
      pattern: '^[a-z0-9][a-z0-9.-]{0,252}$',
      description: 'Pod',
      examples: ['shop-api-7d9f-x1'],
    }),
    container: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
        description: 'Container; the first one that is neither init nor sidecar when absent',
        examples: ['app'],
      }),
    ),
    shell: Type.Optional(Shell),
    reason: Type.Optional(Text('Why, for the record', 'Orders hang, looking at the queue')),
  },
  { ...closed, description: 'A shell' },
);

/** A ticket for one shell. */
export const ExecTicketView = Type.Object(
  {
    ticket: Type.String({
      description: 'Good once, for 30 seconds, for this pod alone; send it as sub-protocol `ticket.<ticket>`',
      examples: ['eyJwdXJwb3NlIjoiZXhlYyJ9.c2lnbmF0dXJl'],
    }),
    expiresAt: Timestamp('When it ends'),
    url: Text('Path of the WebSocket', '/v1/live/exec'),
    protocol: Text('Sub-protocol to offer first', EXEC_PROTOCOL),
    pod: Text('Pod', 'shop-api-7d9f-x1'),
    container: Text('Container', 'app'),
  },
  { description: 'A ticket for a shell' },
);

/** A shell that somebody had, as it is kept. */
export const RecordingView = Type.Object(
  {
    id: Text('Recording', '01kaqv9zc3h8m2x6y7w4t5r0pn'),
    person: Text('Whose shell it was', 'ada@example.com'),
    pod: Text('Pod', 'shop-api-7d9f-x1'),
    container: Text('Container', 'app'),
    shell: Text('Shell', 'sh'),
    startedAt: Timestamp('When it began'),
    endedAt: Type.Optional(
      Timestamp(
        'When it ended; absent while it runs, and for one whose gateway was lost: nothing is kept of that',
      ),
    ),
    exitCode: Type.Optional(Type.Integer({ description: 'Exit code of the shell', examples: [0] })),
    reason: Type.Optional(Text('How it ended', 'The shell ended')),
  },
  { description: 'A recorded shell' },
);

export const RecordingsView = Type.Object(
  { recordings: Type.Array(RecordingView, { description: 'Newest first', examples: [[]] }) },
  { description: 'Recorded shells of a target' },
);

export type ExecRequest = Static<typeof ExecRequest>;
export type ExecTicketView = Static<typeof ExecTicketView>;
export type RecordingView = Static<typeof RecordingView>;

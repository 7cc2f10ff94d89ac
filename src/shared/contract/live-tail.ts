import { Type, type Static } from 'typebox';
import { closed } from './names.js';

const Pattern = (description: string, example: string) =>
  Type.String({ minLength: 1, maxLength: 300, description, examples: [example] });

/** What of the logs of a target to follow. */
export const TailQuery = Type.Object(
  {
    since: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 604_800,
        description: 'Only lines of the last so many seconds',
        examples: [600],
      }),
    ),
    tail: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 5_000,
        default: 100,
        description: 'Lines of the past, for each container; all of them when `since` is given alone',
        examples: [100],
      }),
    ),
    previous: Type.Optional(
      Type.Boolean({
        description:
          'Whether the run before the present one is shown too; when absent, that of containers that were restarted',
        examples: [true],
      }),
    ),
    pod: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9][a-z0-9.-]{0,252}$',
        description: 'Only this pod',
        examples: ['shop-api-7d9f-x1'],
      }),
    ),
    container: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
        description: 'Only containers of this name',
        examples: ['app'],
      }),
    ),
    include: Type.Optional(
      Pattern('Only lines in which this regular expression (RE2) is found', 'ERROR|WARN'),
    ),
    exclude: Type.Optional(Pattern('No lines in which this one is found', 'GET /healthz')),
  },
  { ...closed, description: 'What to follow' },
);

export type TailQuery = Static<typeof TailQuery>;

/** One line of a container. */
export interface TailLine {
  readonly pod: string;
  readonly container: string;
  /** RFC 3339, UTC, to the nanosecond. */
  readonly at: string;
  /** May hold sequences that set colours (`ESC [ … m`), and no other control character. */
  readonly text: string;
}

/** Where lines are missing, because whoever reads was too slow. */
export interface DroppedLines {
  readonly pod: string;
  readonly container: string;
  readonly lines: number;
}

/** Something about a container that its log does not say. */
export interface TailNotice {
  readonly pod: string;
  readonly container: string;
  readonly text: string;
}

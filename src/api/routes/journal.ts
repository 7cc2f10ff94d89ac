import { Type, type Static } from 'typebox';
import { JournalPage } from '../../shared/contract/journal-page.js';
import { closed, Text } from '../../shared/contract/names.js';
import type { Deployment } from '../../shared/domain/deployment.js';
import type { Deployments } from '../../shared/store/deployments.js';
import type { Journal } from '../../shared/store/journal.js';
import { deploymentPlace } from '../access/deployment-place.js';
import { found } from '../deployment-reply.js';
import { readPart, readText, type Part, type Selection } from '../journal-pages.js';
import { plainLine, presentLine } from '../journal-text.js';
import type { LiveJournals } from '../live-journals.js';
import { liveReply } from '../live-reply.js';
import { Refusal } from '../refusal.js';
import { json, type Reply } from '../reply.js';
import { defineRoute, type Around, type Route } from '../route.js';
import { DeploymentPath, refused } from './parameters.js';

const JSON_TYPE = 'application/json';
const LINES_TYPE = 'application/x-ndjson';
const TEXT_TYPE = 'text/plain';
const LIVE_TYPE = 'text/event-stream';
const TYPES = [JSON_TYPE, LINES_TYPE, TEXT_TYPE, LIVE_TYPE] as const;

const PAGE = 500;

const JournalQuery = Type.Object(
  {
    after: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 1e12, description: 'Only lines after this one', examples: [412] }),
    ),
    tail: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description: 'Only so many lines before the end, whatever after says; not for live events',
        examples: [500],
      }),
    ),
    q: Type.Optional(
      Text(
        'Only lines with this text; one request looks through 20 000 lines, go on with next',
        'timeout',
        200,
      ),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description: 'Most lines of the page, 500 by default; text has all lines by default',
        examples: [500],
      }),
    ),
  },
  { ...closed, description: 'Page' },
);

/** What these routes need of the world around them. */
export interface JournalRouteDeps {
  readonly deployments: Pick<Deployments, 'load'>;
  readonly journal: Pick<Journal, 'read' | 'length'>;
  readonly live: LiveJournals;
}

/** The log of a deployment, and its events alone. */
export function journalRoutes(deps: JournalRouteDeps): readonly Route[] {
  return [journalRoute(deps, 'all'), journalRoute(deps, 'events')];
}

function journalRoute(deps: JournalRouteDeps, selection: Selection): Route {
  const name = selection === 'all' ? 'logs' : 'events';
  return defineRoute({
    method: 'get',
    path: `/v1/deployments/:id/${name}`,
    tag: 'Deployments',
    summary: selection === 'all' ? 'Read or follow the log' : 'Read or follow the coded events alone',
    description:
      'Pages of JSON or NDJSON, the whole log as text, or live server-sent events, which end with an event `end`. Cursors are line numbers of the whole log.',
    access: { verb: 'view', on: deploymentPlace(deps.deployments) },
    params: DeploymentPath,
    query: JournalQuery,
    headers: {
      Accept: 'One of the types of the answer',
      'Last-Event-ID': 'Continues live events after this line',
    },
    answers: {
      200: {
        description: 'Lines, oldest first',
        schema: JournalPage,
        types: TYPES,
        headers: {
          'X-Log-Next': 'Ask for the lines after this one next',
          'X-Log-Complete': 'true when no further line will come',
        },
      },
      404: refused('Unknown deployment'),
    },
    async handler({ params: { id }, query, around }) {
      const deployment = found(await deps.deployments.load(id), id);
      const type = around.accepts(TYPES);
      if (type === LIVE_TYPE) {
        const { closing } = around;
        return liveReply(deps.live, { id, after: query.after ?? lastEventId(around), selection, closing });
      }
      const isWhole = query.limit === undefined && query.tail === undefined && query.q === undefined;
      if (type === TEXT_TYPE && isWhole) return textReply(deps, deployment, selection, query.after ?? 0);
      if (type === undefined) {
        throw new Refusal('request.not-acceptable', `The log can be had as ${TYPES.join(', ')}`);
      }
      const wanted = { selection, ...(query.q !== undefined && { text: query.q }) };
      const limit = query.limit ?? query.tail ?? PAGE;
      const after = query.tail === undefined ? query.after : (await deps.journal.length(id)) - query.tail;
      return partReply(
        await readPart(deps.journal, deployment, wanted, Math.max(after ?? 0, 0), limit),
        type,
      );
    },
  });
}

function lastEventId(around: Around): number {
  const said = around.header('last-event-id');
  return said !== undefined && /^\d{1,12}$/.test(said) ? Number(said) : 0;
}

function partReply(part: Part, type: string): Reply {
  const { lines, next, complete, length } = part;
  const headers = cursorHeaders(next, complete);
  const shown = lines.map(presentLine);
  if (type === JSON_TYPE)
    return json(200, { lines: shown, next, complete, length } satisfies Static<typeof JournalPage>, headers);
  const text = type === TEXT_TYPE ? lines.map(plainLine) : shown.map((line) => `${JSON.stringify(line)}\n`);
  return {
    kind: 'stream',
    status: 200,
    type: `${type}; charset=utf-8`,
    headers,
    chunks: once(text.join('')),
  };
}

async function textReply(
  { journal }: JournalRouteDeps,
  deployment: Deployment,
  selection: Selection,
  after: number,
): Promise<Reply> {
  const { id } = deployment;
  const until = await journal.length(id);
  return {
    kind: 'stream',
    status: 200,
    type: `${TEXT_TYPE}; charset=utf-8`,
    headers: cursorHeaders(Math.max(until, after), deployment.finishedAt !== undefined),
    chunks: readText(journal, id, { after, until, selection }, plainLine),
  };
}

function cursorHeaders(next: number, complete: boolean): Readonly<Record<string, string>> {
  return { 'x-log-next': String(next), 'x-log-complete': String(complete) };
}

async function* once(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text);
}

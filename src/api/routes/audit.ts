import { Type } from 'typebox';
import { AuditEntryView, ChainView } from '../../shared/contract/audit.js';
import { closed } from '../../shared/contract/names.js';
import { Cursor, Limit, pageOf } from '../../shared/contract/page.js';
import type { AuditHistory } from '../../shared/store/audit-history.js';
import { everywhere } from '../access/permit.js';
import { pageReply, readCursor, STREAM_KEY } from '../page.js';
import { Refusal } from '../refusal.js';
import { json, type StreamReply } from '../reply.js';
import { defineRoute, type Route } from '../route.js';

const tag = 'Audit';
const LINES_TYPE = 'application/x-ndjson';
const TYPES = ['application/json', LINES_TYPE] as const;

/** The audit log, to read, to export and to verify. */
export function auditRoutes(log: Pick<AuditHistory, 'read' | 'readAll' | 'verify'>): readonly Route[] {
  return [readRoute(log), verifyRoute(log)];
}

function readRoute(log: Pick<AuditHistory, 'read' | 'readAll'>): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/audit',
    tag,
    summary: 'Read or export the audit log, oldest first',
    description:
      'Pages of JSON, or with Accept: application/x-ndjson the whole log after the cursor, one entry a line.',
    access: { verb: 'admin', on: everywhere },
    query: Type.Object(
      { cursor: Type.Optional(Cursor), limit: Type.Optional(Limit(100, 1000)) },
      { ...closed, description: 'Page' },
    ),
    headers: { Accept: 'One of the types of the answer' },
    answers: {
      200: { description: 'Entries', schema: pageOf(AuditEntryView, 'Entries, oldest first'), types: TYPES },
    },
    async handler({ query, around }) {
      const type = around.accepts(TYPES);
      if (type === undefined)
        throw new Refusal('request.not-acceptable', `The audit log can be had as ${TYPES.join(', ')}`);
      const after = Number(readCursor(query.cursor, STREAM_KEY) ?? '0');
      if (type === LINES_TYPE) return exportReply(log, after);
      const limit = query.limit ?? 100;
      const found = await log.read(after, limit + 1);
      return pageReply(
        { path: '/v1/audit', query, limit, found, keyOf: ({ n }) => String(n) },
        (entry) => entry,
      );
    },
  });
}

function exportReply(log: Pick<AuditHistory, 'readAll'>, after: number): StreamReply {
  async function* lines(): AsyncGenerator<string> {
    for await (const entries of log.readAll(after))
      yield entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  }
  return { kind: 'stream', status: 200, type: `${LINES_TYPE}; charset=utf-8`, chunks: lines() };
}

function verifyRoute(log: Pick<AuditHistory, 'verify'>): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/audit/verification',
    tag,
    summary: 'Verify that no entry was changed, removed or put in',
    description:
      'Looks at every entry, in the archive and in Redis, and says which were looked at where. Compare the hash with one that you noted before: a cut-off end shows there.',
    access: { verb: 'admin', on: everywhere },
    answers: { 200: { description: 'What was found', schema: ChainView } },
    async handler() {
      return json(200, await log.verify());
    },
  });
}

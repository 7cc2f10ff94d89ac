import { CalendarImported, CalendarImportQuery } from '../../shared/contract/calendar-import.js';
import type { Configuration } from '../../shared/store/configuration.js';
import type { Deployments } from '../../shared/store/deployments.js';
import { permitAt } from '../access/permit.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { importCalendar } from '../use-cases/import-calendar.js';
import { placeOf } from './blockers.js';
import { refused } from './parameters.js';

const MOST_BYTES = 1024 * 1024;

interface CalendarImportDeps {
  readonly configuration: Pick<Configuration, 'refresh' | 'putBlocker'>;
  readonly deployments: Pick<Deployments, 'lookNow'>;
}

/** Takes events of a calendar over as blockers. */
export function calendarImportRoute({ configuration, deployments }: CalendarImportDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/blockers/import/calendar',
    tag: 'Blockers',
    summary: 'Take over the events of a calendar (iCalendar)',
    description:
      'All or none: what windows cannot express is refused with the line of its event. Blockers of the same names are replaced, others stay.',
    access: { verb: 'edit', on: ({ query }) => placeOf({ scope: query }) },
    query: CalendarImportQuery,
    upload: ['text/calendar'],
    answers: {
      200: { description: 'The blockers', schema: CalendarImported },
      413: refused('Too large'),
      422: refused('Some events cannot be taken over; nothing was written'),
    },
    async handler({ query, around }, caller) {
      const text = await textOf(around.upload());
      const { blockers, past, violations } = importCalendar(text, query, Date.now());
      if (violations.length > 0)
        throw new Refusal('request.invalid', 'Some events cannot be taken over', { errors: violations });
      const known = (await configuration.refresh()).blockers;
      // Somebody who may not lift a blocker may not replace it either.
      for (const name of blockers.keys()) {
        const before = known.get(name);
        if (before) permitAt(caller, 'edit', placeOf(before));
      }
      const dryRun = query.dryRun === true;
      if (!dryRun) {
        for (const [name, blocker] of blockers) await configuration.putBlocker(name, blocker);
        await deployments.lookNow();
      }
      const items = [...blockers].map(([blocker, about]) => ({ blocker, ...about }));
      return json(200, { dryRun, items, past });
    },
  });
}

async function textOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.byteLength;
    if (size > MOST_BYTES) throw new Refusal('request.too-large', 'A calendar may have 1 MB');
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new Refusal('request.malformed', 'The calendar is not in UTF-8');
  }
}

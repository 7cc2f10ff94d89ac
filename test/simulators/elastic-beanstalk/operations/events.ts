import { severities } from '../events.js';
import type { EventFilter, StoredEvent } from '../events.js';
import { dateOf, maxRecords, timeParam } from '../operation.js';
import type { ApiOperation } from '../operation.js';
import type { Params, Result } from '../query-xml.js';
import { invalidValue } from '../service-error.js';

/** DescribeEvents: newest first, StartTime inclusive, EndTime exclusive; a token continues at an event, not at an offset. */
export const eventOperations: Readonly<Record<string, ApiOperation>> = {
  DescribeEvents: {
    mutates: false,
    hidden: { Events: [] },
    handle(site, { params }) {
      const { events, more } = site.events.find(filterOf(params));
      const last = events.at(-1);
      return {
        Events: events.map(describe),
        NextToken: more && last !== undefined ? tokenOf(last) : undefined,
      };
    },
  },
};

function describe(event: StoredEvent): Exclude<Result, undefined> {
  return {
    EventDate: dateOf(event.at),
    Message: event.message,
    ApplicationName: event.application,
    VersionLabel: event.label,
    EnvironmentName: event.environment,
    RequestId: event.requestId,
    Severity: event.severity,
  };
}

function filterOf(params: Params): EventFilter {
  const severity = severities.find((known) => known === params['Severity']);
  if (params['Severity'] !== undefined && severity === undefined) {
    throw invalidValue(`Value '${params['Severity']}' at 'severity' is not one of ${severities.join(', ')}.`);
  }
  const token = params['NextToken'];
  const given = {
    application: params['ApplicationName'],
    environment: params['EnvironmentName'],
    environmentId: params['EnvironmentId'],
    label: params['VersionLabel'],
    requestId: params['RequestId'],
    severity,
    startTime: timeParam(params, 'StartTime'),
    endTime: timeParam(params, 'EndTime'),
    after: token === undefined ? undefined : positionOf(token),
  };
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(present) as Omit<EventFilter, 'limit'>), limit: maxRecords(params) };
}

function tokenOf(event: StoredEvent): string {
  return `${event.at}-${event.sequence}`;
}

function positionOf(token: string): { at: number; sequence: number } {
  const match = /^(\d+)-(\d+)$/.exec(token);
  if (match === null) throw invalidValue('Invalid NextToken.');
  return { at: Number(match[1]), sequence: Number(match[2]) };
}

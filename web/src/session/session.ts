import { queryOptions, useQuery } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type { CanView } from '../../../src/shared/contract/access.js';
import type { SessionView } from '../../../src/shared/contract/session.js';
import type { Verb } from '../../../src/shared/domain/access.js';
import { call } from '../api/call.js';

/** Who uses the page and what they may do at large. */
export type Session = Static<typeof SessionView>;

/** Who uses the page; fails with status 401 for nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => call<Session>('GET', 'v1/session', { signal }),
  staleTime: 60_000,
  retry: false,
});

/** Why the user may not do something at a place; undefined when they may. The API decides anyway: this only explains. */
export function useWhyNot(
  verb: Verb,
  place: { readonly service?: string; readonly environment?: string } = {},
): string | undefined {
  const { data: session } = useQuery(sessionQuery);
  const reach = session?.may[verb];
  const { data: verdict } = useQuery({
    queryKey: ['can', verb, place],
    queryFn: ({ signal }) =>
      call<Static<typeof CanView>>('GET', 'v1/can', { query: { verb, ...place }, signal }),
    enabled: reach === 'somewhere' && place.service !== undefined,
    staleTime: 60_000,
  });
  if (reach === 'nowhere') return `You lack the right ${verb}; ask an administrator for a role with it`;
  if (verdict?.allowed !== false) return undefined;
  const where = [place.service, place.environment].filter(Boolean).join(' in ');
  return `You lack the right ${verb} for ${where}${verdict.rule?.from ? ` by ${verdict.rule.from}` : ''}`;
}

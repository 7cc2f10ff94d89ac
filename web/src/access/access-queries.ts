import { queryOptions } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type {
  AccountView,
  CanView,
  PersonView,
  RoleView,
  TrustView,
} from '../../../src/shared/contract/access.js';
import { call } from '../api/call.js';
import type { Page } from '../api/page.js';

export type Role = Static<typeof RoleView>;
export type Person = Static<typeof PersonView>;
export type Account = Static<typeof AccountView>;
export type Trust = Static<typeof TrustView>;
export type Verdict = Static<typeof CanView>;

/** Most people that are read; whoever has more asks the API. */
const MOST = 1_000;

export const rolesQuery = queryOptions({
  queryKey: ['roles'],
  queryFn: async ({ signal }) => (await call<Page<Role>>('GET', 'v1/roles', { signal })).items,
});

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: async ({ signal }) =>
    (await call<Page<Person>>('GET', 'v1/people', { query: { limit: MOST }, signal })).items,
});

export const accountsQuery = queryOptions({
  queryKey: ['service-accounts'],
  queryFn: async ({ signal }) => (await call<Page<Account>>('GET', 'v1/service-accounts', { signal })).items,
});

export const trustsQuery = queryOptions({
  queryKey: ['trusts'],
  queryFn: async ({ signal }) => (await call<Page<Trust>>('GET', 'v1/trusts', { signal })).items,
});

import type { DeploymentFilter } from '../api/queries.js';

/** Groups of states that people look for. */
export const GROUPS = {
  running: ['held', 'queued', 'preparing', 'deploying', 'verifying', 'rolling_back'],
  failed: ['failed', 'rolled_back', 'rollback_failed', 'expired'],
  succeeded: ['succeeded'],
} as const;

export type Group = keyof typeof GROUPS;

/** What the address asks for: `service`, `environment`, and `show` for a group of states. */
export interface ListFilter {
  readonly service: string;
  readonly environment: string;
  readonly show: Group | '';
}

/** Reads the filter of an address; what it does not know counts as everything. */
export function readFilter(params: URLSearchParams): ListFilter {
  const show = params.get('show') ?? '';
  return {
    service: params.get('service') ?? '',
    environment: params.get('environment') ?? '',
    show: show in GROUPS ? (show as Group) : '',
  };
}

/** The same as the API asks for it. */
export function askFor({ service, environment, show }: ListFilter): DeploymentFilter {
  return {
    ...(service !== '' && { service }),
    ...(environment !== '' && { environment }),
    ...(show !== '' && { state: GROUPS[show] }),
    limit: 50,
  };
}

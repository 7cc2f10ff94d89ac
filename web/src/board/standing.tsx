import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import type { EnvironmentStatus } from '../../../src/shared/contract/snapshot.js';
import { environmentsQuery } from '../api/queries.js';

type Service = EnvironmentStatus['services'][number];

/** The environment that the address says to compare with. */
export function useAgainst(): string | undefined {
  const [params] = useSearchParams();
  return params.get('against') ?? undefined;
}

/** Picks an environment to compare with; the choice is in the address. */
export function AgainstPick({ except }: { readonly except?: string }) {
  const [params, setParams] = useSearchParams();
  const { data: environments = [] } = useQuery(environmentsQuery);
  return (
    <select
      className="filter"
      aria-label="Compare with"
      value={params.get('against') ?? ''}
      onChange={({ target: { value } }) =>
        setParams(
          (now) => {
            if (value === '') now.delete('against');
            else now.set('against', value);
            return now;
          },
          { replace: true },
        )
      }
    >
      <option value="">Compare with …</option>
      {environments
        .filter(({ environment }) => environment !== except)
        .map(({ environment }) => (
          <option key={environment} value={environment}>
            {`Compared with ${environment}`}
          </option>
        ))}
    </select>
  );
}

/** How what runs stands to the other environment that was picked, and to the newest version. */
export function Standings({ service: { running, newest, against } }: { readonly service: Service }) {
  return (
    <>
      {against && (
        <span className="cell-flag tone-calm" title={against.because}>
          {sayStanding(against)}
        </span>
      )}
      {newest && running && (
        <span className="cell-flag tone-calm" title={newest.because}>
          {newest.order === 'behind'
            ? `behind, ${newest.version} is newer`
            : `${newest.version} was registered last, their order is unknown`}
        </span>
      )}
    </>
  );
}

/** `3 versions ahead of production`; the order being unknown is said so. */
function sayStanding({ order, versions = 0, environment }: NonNullable<Service['against']>): string {
  const many = `${versions}${versions >= 100 ? ' or more' : ''} ${versions === 1 ? 'version' : 'versions'}`;
  switch (order) {
    case 'same':
      return `as in ${environment}`;
    case 'ahead':
      return `${many} ahead of ${environment}`;
    case 'behind':
      return `${many} behind ${environment}`;
    case 'unknown':
      return `nobody knows whether ahead of ${environment}`;
  }
}

import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { TargetView } from '../../../src/shared/contract/configuration.js';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import { deploymentsQuery, targetsQuery } from '../api/queries.js';
import { Empty } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { useTab } from '../shell/tab.js';
import { BoardCell } from './board-cell.jsx';
import { Star, useStars } from './stars.jsx';

/** Where every service stands in every environment. */
export function BoardScreen() {
  useTab('Board');
  const targets = useQuery(targetsQuery);
  return (
    <>
      <header className="head">
        <h1>Board</h1>
        <BoardFilter />
      </header>
      <Shown query={targets} rows={8}>
        {(found) => (found.length === 0 ? <NoTargets /> : <Board targets={found} />)}
      </Shown>
    </>
  );
}

function BoardFilter() {
  const [params, setParams] = useSearchParams();
  return (
    <input
      data-filter
      className="filter"
      placeholder="Filter services  /"
      aria-label="Filter services"
      value={params.get('q') ?? ''}
      onChange={({ target: { value } }) =>
        setParams(
          (now) => {
            if (value === '') now.delete('q');
            else now.set('q', value);
            return now;
          },
          { replace: true },
        )
      }
    />
  );
}

function Board({ targets }: { readonly targets: readonly TargetView[] }) {
  const [params] = useSearchParams();
  const stars = useStars();
  const wanted = params.get('q')?.toLowerCase() ?? '';
  const environments = [...new Set(targets.map(({ environment }) => environment))].sort();
  const services = [...new Set(targets.map(({ service }) => service))]
    .filter((service) => service.includes(wanted))
    .sort((one, other) => Number(stars.has(other)) - Number(stars.has(one)) || (one < other ? -1 : 1));
  const recent = useRecent(environments);
  const known = new Set(targets.map(({ service, environment }) => `${service}/${environment}`));
  return (
    <div className="board-frame" tabIndex={0} role="region" aria-label="Services and environments">
      <table className="board">
        <thead>
          <tr>
            <th scope="col">Service</th>
            {environments.map((environment) => (
              <th key={environment} scope="col">
                <Link href={`/deployments?environment=${environment}`}>{environment}</Link>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {services.map((service) => (
            <tr key={service}>
              <th scope="row">
                <Star name={service} />
                <Link href={`/services/${service}`} data-row>
                  {service}
                </Link>
              </th>
              {environments.map((environment) => (
                <td key={environment}>
                  {known.has(`${service}/${environment}`) && (
                    <BoardCell
                      service={service}
                      environment={environment}
                      recent={recent.get(environment)?.filter((each) => each.service === service)}
                    />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {services.length === 0 && <Empty title={`No service is called ${wanted}`} />}
    </div>
  );
}

/** The newest deployments of each environment; a target that is not among them asks for itself. */
function useRecent(environments: readonly string[]): ReadonlyMap<string, readonly DeploymentView[] | undefined> {
  const found = useQueries({
    queries: environments.map((environment) => deploymentsQuery({ environment, limit: 200 })),
    combine: (results) => results.map(({ data }) => data),
  });
  return useMemo(
    () => new Map(environments.map((environment, index) => [environment, found[index]])),
    // Names come anew with each drawing; what they are decides.
    [environments.join(' '), found],
  );
}

const SETUP = `services:
  shop: { description: The API of the shop }
environments:
  staging: {}
targets:
  shop/staging:
    provider: elastic-beanstalk
    spec: { application: shop, environment: shop-staging, region: eu-central-1 }`;

function NoTargets() {
  return (
    <Empty title="No target is configured yet">
      <p>
        A target is a service in an environment. Put this into a file of the folder that <code>BEANPOD_CONFIG_DIR</code>{' '}
        names, or add them under <Link href="/settings/configuration">settings</Link>.
      </p>
      <pre tabIndex={0}>{SETUP}</pre>
    </Empty>
  );
}

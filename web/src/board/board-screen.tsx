import { useQueries, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { TargetView } from '../../../src/shared/contract/configuration.js';
import { useStream } from '../api/live.jsx';
import { statusQuery, targetsQuery } from '../api/queries.js';
import { Button, LinkButton } from '../elements/button.jsx';
import { Empty, ProblemNote } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { QueueLine } from '../queue/queue-line.jsx';
import { useTab } from '../shell/tab.js';
import { PickableCell } from './pickable-cell.jsx';
import { newReleaseOf, usePicks } from './picks.js';
import { AgainstPick, useAgainst } from './standing.jsx';
import { Star, useStars } from './stars.jsx';

/** Where every service stands in every environment. */
export function BoardScreen() {
  useTab('Board');
  const targets = useQuery(targetsQuery);
  return (
    <>
      <header className="head">
        <h1>Board</h1>
        <div className="actions">
          <PickButton />
          <AgainstPick />
          <BoardFilter />
        </div>
      </header>
      <Shown query={targets} rows={8}>
        {(found) => (found.length === 0 ? <NoTargets /> : <Board targets={found} />)}
      </Shown>
      <QueueLine />
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

/** Turns the board into a place to pick targets for a release, and leads on to it. What is picked is in the address. */
function PickButton() {
  const { picks, isPicking, setPicks } = usePicks();
  return (
    <>
      <Button icon="layers" pressed={isPicking} onClick={() => setPicks(isPicking ? undefined : [])}>
        {isPicking ? 'Pick nothing' : 'Pick for a release'}
      </Button>
      {picks.length > 0 && (
        <LinkButton href={`/releases/new?${newReleaseOf(picks)}`} look="main" icon="layers">
          {`New release of ${picks.length}`}
        </LinkButton>
      )}
    </>
  );
}

function Board({ targets }: { readonly targets: readonly TargetView[] }) {
  const [params] = useSearchParams();
  const stream = useStream();
  useEffect(
    () =>
      stream.watchPods(
        targets
          .filter(({ provider }) => provider === 'kubernetes')
          .map(({ service, environment }) => `${service}/${environment}`),
      ),
    [stream, targets],
  );
  const stars = useStars();
  const wanted = params.get('q')?.toLowerCase() ?? '';
  const environments = [...new Set(targets.map(({ environment }) => environment))].sort();
  const services = [...new Set(targets.map(({ service }) => service))]
    .filter((service) => service.includes(wanted))
    .sort((one, other) => Number(stars.has(other)) - Number(stars.has(one)) || (one < other ? -1 : 1));
  const against = useAgainst();
  const statuses = useQueries({
    queries: environments.map((environment) =>
      statusQuery(environment, environment === against ? undefined : against),
    ),
  });
  const failed = statuses.find(({ error, data }) => error && !data);
  return (
    <>
      {failed && <ProblemNote error={failed.error} />}
      <div className="board-frame" tabIndex={0} role="region" aria-label="Services and environments">
        <table className="board">
          <thead>
            <tr>
              <th scope="col">Service</th>
              {environments.map((environment) => (
                <th key={environment} scope="col">
                  <Link href={`/environments/${environment}`}>{environment}</Link>
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
                {environments.map((environment, index) => {
                  const status = statuses[index]?.data?.services.find((each) => each.service === service);
                  return (
                    <td key={environment}>
                      {status && <PickableCell status={status} environment={environment} />}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
        {services.length === 0 && <Empty title={`No service is called ${wanted}`} />}
      </div>
    </>
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
        A target is a service in an environment. Put this into a file of the folder that{' '}
        <code>BEANPOD_CONFIG_DIR</code> names, or add them under{' '}
        <Link href="/settings/configuration">settings</Link>.
      </p>
      <pre tabIndex={0}>{SETUP}</pre>
    </Empty>
  );
}

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'wouter';
import { deploymentPagesQuery, environmentsQuery, servicesQuery } from '../api/queries.js';
import { addressOf } from '../api/call.js';
import { NextPage } from '../elements/next-page.jsx';
import { Empty } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { useTab } from '../shell/tab.js';
import { DeploymentRow } from './deployment-row.jsx';
import { askFor, readFilter, type ListFilter } from './filter.js';

const SHOWS = [
  ['', 'All'],
  ['running', 'Running'],
  ['failed', 'Failed'],
  ['succeeded', 'Succeeded'],
] as const;

/** What runs now and what has been, newest first, in one list. The filter is in the address. */
export function DeploymentsScreen() {
  useTab('Deployments');
  const [params, setParams] = useSearchParams();
  const filter = readFilter(params);
  const set = (name: keyof ListFilter, value: string) =>
    setParams((now) => {
      if (value === '') now.delete(name);
      else now.set(name, value);
      return now;
    });
  const list = useInfiniteQuery(deploymentPagesQuery(askFor(filter)));
  return (
    <>
      <header className="head">
        <h1>Deployments</h1>
      </header>
      <FilterBar filter={filter} set={set} />
      <Shown query={list} rows={10}>
        {({ pages }) =>
          pages[0]?.items.length === 0 ? (
            <NoDeployments filter={filter} />
          ) : (
            <div className="rows">
              {pages.flatMap(({ items }) =>
                items.map((each) => <DeploymentRow key={each.id} deployment={each} />),
              )}
            </div>
          )
        }
      </Shown>
      <NextPage list={list}>Older</NextPage>
    </>
  );
}

function FilterBar({
  filter,
  set,
}: {
  readonly filter: ListFilter;
  readonly set: (name: keyof ListFilter, value: string) => void;
}) {
  const services = useQuery(servicesQuery);
  const environments = useQuery(environmentsQuery);
  return (
    <div className="filters">
      <div className="segments" role="group" aria-label="Show">
        {SHOWS.map(([value, name]) => (
          <button
            key={value}
            type="button"
            aria-pressed={filter.show === value}
            onClick={() => set('show', value)}
          >
            {name}
          </button>
        ))}
      </div>
      <Picker
        name="Service"
        value={filter.service}
        onPick={(value) => set('service', value)}
        options={(services.data ?? []).map((each) => each.service)}
      />
      <Picker
        name="Environment"
        value={filter.environment}
        onPick={(value) => set('environment', value)}
        options={(environments.data ?? []).map((each) => each.environment)}
      />
    </div>
  );
}

function Picker({
  name,
  value,
  options,
  onPick,
}: {
  readonly name: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly onPick: (value: string) => void;
}) {
  const known = value === '' || options.includes(value) ? options : [value, ...options];
  return (
    <select
      data-filter={name === 'Service' || undefined}
      aria-label={name}
      value={value}
      onChange={(event) => onPick(event.target.value)}
    >
      <option value="">{name}: all</option>
      {known.map((each) => (
        <option key={each}>{each}</option>
      ))}
    </select>
  );
}

function NoDeployments({ filter }: { readonly filter: ListFilter }) {
  if (filter.service !== '' || filter.environment !== '' || filter.show !== '')
    return (
      <Empty title="No deployment fits the filter">
        <p>
          <Link href="/deployments">Show all</Link>
        </p>
      </Empty>
    );
  const curl = `curl ${addressOf('v1/deployments')} -H "Authorization: Bearer $BEANPOD_TOKEN" -H 'Content-Type: application/json' -d '{"service":"shop","environment":"staging","version":"1"}'`;
  return (
    <Empty title="Nothing was deployed yet">
      <p>Deploy with the button above on the left, or from CI:</p>
      <pre tabIndex={0}>{curl}</pre>
    </Empty>
  );
}

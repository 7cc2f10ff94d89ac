import { useQueries, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import { environmentsQuery, statusQuery } from '../api/queries.js';
import { Field } from '../elements/field.jsx';
import { Empty, ProblemNote } from '../elements/note.jsx';
import { Shown, Waiting } from '../elements/shown.jsx';
import { Tick } from '../elements/tick.jsx';
import { useTab } from '../shell/tab.js';
import { proposalsFor } from './proposals.js';
import { ReleaseForm } from './release-form.jsx';

/** A new release: where to, which versions, and in which order. Where to and from is in the address. */
export function NewReleaseScreen() {
  useTab('New release');
  const [params, setParams] = useSearchParams();
  const environments = useQuery(environmentsQuery);
  const names = environments.data?.map(({ environment }) => environment) ?? [];
  const wanted = params.getAll('target');
  const to = [...new Set([...params.getAll('to'), ...wanted.map((place) => place.split('/')[1] ?? '')])];
  const like = params.get('like') ?? '';
  const change = (turn: (now: URLSearchParams) => void) =>
    setParams(
      (now) => {
        turn(now);
        return now;
      },
      { replace: true },
    );
  const turnTo = (name: string, isPicked: boolean) =>
    change((now) => {
      const targets = wanted.filter((place) => isPicked || !place.endsWith(`/${name}`));
      now.delete('target');
      for (const place of targets) now.append('target', place);
      now.delete('to');
      for (const each of isPicked ? [...to, name] : to.filter((other) => other !== name))
        now.append('to', each);
    });
  return (
    <>
      <header className="head">
        <h1>New release</h1>
      </header>
      <div className="filters">
        <fieldset className="release-to">
          <legend>Environments, in their order</legend>
          {names.map((name) => (
            <Tick key={name} checked={to.includes(name)} onChange={(isPicked) => turnTo(name, isPicked)}>
              <span>
                {name}{' '}
                {to.length > 1 && to.includes(name) && <span className="tag">{to.indexOf(name) + 1}</span>}
              </span>
            </Tick>
          ))}
        </fieldset>
        <Field label="Versions">
          <select
            value={like}
            onChange={({ target }) =>
              change((now) => (target.value === '' ? now.delete('like') : now.set('like', target.value)))
            }
          >
            <option value="">Newest of each service</option>
            {names.map((name) => (
              <option key={name} value={name}>
                What runs in {name}
              </option>
            ))}
          </select>
        </Field>
      </div>
      {to.length === 0 ? (
        <Empty title="Pick the environments that are to be changed" />
      ) : (
        <Members key={like} to={to} like={like} wanted={wanted} />
      )}
    </>
  );
}

function Members({
  to,
  like,
  wanted,
}: {
  readonly to: readonly string[];
  readonly like: string;
  readonly wanted: readonly string[];
}) {
  const other = useQuery({ ...statusQuery(like), enabled: like !== '' });
  const statuses = useQueries({ queries: to.map((environment) => statusQuery(environment)) });
  const failed = statuses.find(({ error, data }) => error && !data);
  const found = statuses.flatMap(({ data }) => data ?? []);
  if (failed) return <ProblemNote error={failed.error} />;
  if (found.length === 0) return <Waiting rows={5} />;
  const form = (services?: Parameters<typeof proposalsFor>[1]) => (
    <ReleaseForm
      wanted={wanted}
      proposed={found.map((status) => ({
        environment: status.environment,
        proposals: proposalsFor(status.services, status.environment === like ? undefined : services),
      }))}
    />
  );
  if (like === '') return form();
  return (
    <Shown query={other} rows={5}>
      {({ services }) => form(services)}
    </Shown>
  );
}

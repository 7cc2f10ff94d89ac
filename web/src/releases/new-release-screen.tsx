import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import { environmentsQuery, statusQuery } from '../api/queries.js';
import { Field } from '../elements/field.jsx';
import { Empty } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { useTab } from '../shell/tab.js';
import { proposalsFor } from './proposals.js';
import { ReleaseForm } from './release-form.jsx';

/** A new release: where to, which versions, and in which order. Where to and from is in the address. */
export function NewReleaseScreen() {
  useTab('New release');
  const [params, setParams] = useSearchParams();
  const environments = useQuery(environmentsQuery);
  const names = environments.data?.map(({ environment }) => environment) ?? [];
  const [to, like] = [params.get('to') ?? '', params.get('like') ?? ''];
  const set = (name: 'to' | 'like', value: string) =>
    setParams(
      (now) => {
        if (value === '') now.delete(name);
        else now.set(name, value);
        return now;
      },
      { replace: true },
    );
  return (
    <>
      <header className="head">
        <h1>New release</h1>
      </header>
      <div className="filters">
        <Field label="Environment">
          <select value={to} onChange={(event) => set('to', event.target.value)}>
            <option value="">Pick one</option>
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </Field>
        <Field label="Versions">
          <select value={like} onChange={(event) => set('like', event.target.value)}>
            <option value="">Newest of each service</option>
            {names
              .filter((name) => name !== to)
              .map((name) => (
                <option key={name} value={name}>
                  What runs in {name}
                </option>
              ))}
          </select>
        </Field>
      </div>
      {to === '' ? (
        <Empty title="Pick the environment that is to be changed" />
      ) : (
        <Members key={`${to} ${like}`} to={to} like={like} />
      )}
    </>
  );
}

function Members({ to, like }: { readonly to: string; readonly like: string }) {
  const status = useQuery(statusQuery(to));
  const other = useQuery({ ...statusQuery(like), enabled: like !== '' });
  return (
    <Shown query={status} rows={5}>
      {({ services }) => {
        if (services.length === 0) return <Empty title={`${to} has no service yet`} />;
        if (like === '') return <ReleaseForm environment={to} proposals={proposalsFor(services)} />;
        return (
          <Shown query={other} rows={5}>
            {(found) => <ReleaseForm environment={to} proposals={proposalsFor(services, found.services)} />}
          </Shown>
        );
      }}
    </Shown>
  );
}

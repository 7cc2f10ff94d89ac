import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { DriftedObject, DriftView as Drift } from '../../../src/shared/contract/drift.js';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Note } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { Ago } from '../elements/time.jsx';
import { sayObjects } from './drift-flag.jsx';

/** A look costs calls of the cloud, so that it is not repeated by itself. */
const driftQuery = (service: string, environment: string) =>
  queryOptions({
    queryKey: ['drift', service, environment],
    queryFn: ({ signal }) => call<Drift>('GET', `v1/targets/${service}/${environment}/drift`, { signal }),
    staleTime: Infinity,
    retry: false,
  });

/** Whether what runs still is what was deployed, as a worker says it who looks now. */
export function DriftView({
  service,
  environment,
}: {
  readonly service: string;
  readonly environment: string;
}) {
  const drift = useQuery(driftQuery(service, environment));
  return (
    <section aria-label="Drift">
      <div className="filters">
        <Button
          icon="undo"
          whyNot={drift.isFetching ? 'A worker looks at the target' : undefined}
          onClick={() => void drift.refetch()}
        >
          Look again
        </Button>
      </div>
      <Shown query={drift} rows={3}>
        {(found) => (
          <>
            <Verdict drift={found} />
            {found.objects.map((object) => (
              <DriftedThing key={object.name} object={object} />
            ))}
            {found.more > 0 && <p className="faint">{found.more} more are not listed.</p>}
          </>
        )}
      </Shown>
    </section>
  );
}

function Verdict({
  drift: { state, at, since, deployment, version, because, objects, more },
}: {
  readonly drift: Drift;
}) {
  const compared = deployment !== undefined && (
    <span className="faint">
      compared with <Link href={`/deployments/${deployment}`}>{version ?? 'what was deployed last'}</Link>,
      seen <Ago at={at} />
    </span>
  );
  if (state === 'none')
    return (
      <Note tone="good" title="What runs is what was deployed">
        <p>{compared}</p>
      </Note>
    );
  if (state === 'unknown')
    return (
      <Note tone="warn" title="Nobody knows whether it is as it was deployed">
        <p>{because}</p>
        <p>
          Unknown since <Ago at={since} />. {compared}
        </p>
      </Note>
    );
  return (
    <Note tone="warn" title={`${capital(sayObjects(objects.length + more))} since it was deployed`}>
      <p>
        Since <Ago at={since} /> at the latest. The next deployment puts it back as it is configured.{' '}
        {compared}
      </p>
    </Note>
  );
}

function DriftedThing({ object: { name, change, fields, more } }: { readonly object: DriftedObject }) {
  return (
    <section className="panel drifted" aria-label={name}>
      <h2>
        {name} {change === 'gone' && <span className="tag">gone</span>}
      </h2>
      {fields.length > 0 && (
        <div className="drifted-frame" tabIndex={0} role="region" aria-label={`What differs in ${name}`}>
          <table className="comparison-table">
            <thead>
              <tr>
                <th scope="col">Where</th>
                <th scope="col">Deployed</th>
                <th scope="col">There now</th>
              </tr>
            </thead>
            <tbody>
              {fields.map(({ path, recorded, live }) => (
                <tr key={path}>
                  <th scope="row">
                    <code>{path}</code>
                  </th>
                  <td>
                    {recorded === undefined ? <span className="faint">–</span> : <code>{recorded}</code>}
                  </td>
                  <td>{live === undefined ? <span className="faint">–</span> : <code>{live}</code>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more > 0 && <p className="faint">{more} more fields differ.</p>}
    </section>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

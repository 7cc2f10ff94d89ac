import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Fragment, useDeferredValue } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { Version } from '../../../src/shared/contract/version.js';
import { servicesQuery, targetsQuery, versionsQuery } from '../api/queries.js';
import { LinkButton } from '../elements/button.jsx';
import { Digest } from '../elements/digest.jsx';
import { Empty } from '../elements/note.jsx';
import { Of } from '../elements/of.jsx';
import { Shown } from '../elements/shown.jsx';
import { Ago } from '../elements/time.jsx';
import { useTab } from '../shell/tab.js';

/** One service: its versions, found by commit, message or author, and where it runs. */
export function ServiceScreen({ service }: { readonly service: string }) {
  useTab(service);
  const [params, setParams] = useSearchParams();
  const wanted = params.get('q') ?? '';
  const versions = useQuery({
    ...versionsQuery(service, useDeferredValue(wanted.trim()), 100),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <header className="head">
        <div>
          <p className="crumbs">
            <Link href="/services">Services</Link>
          </p>
          <h1>{service}</h1>
          <About service={service} />
        </div>
        <LinkButton href={`/new?service=${service}`} look="main" icon="rocket">
          Deploy
        </LinkButton>
      </header>
      <div className="filters">
        <input
          data-filter
          className="filter"
          placeholder="Commit, message or author  /"
          aria-label="Find versions by commit, message or author"
          value={wanted}
          onChange={({ target: { value } }) => setParams(value === '' ? {} : { q: value }, { replace: true })}
        />
      </div>
      <Shown query={versions} rows={8}>
        {(found) =>
          found.length === 0 ? (
            <NoVersions service={service} wanted={wanted} />
          ) : (
            <Versions versions={found} />
          )
        }
      </Shown>
    </>
  );
}

function About({ service }: { readonly service: string }) {
  const { data: services = [] } = useQuery(servicesQuery);
  const { data: targets = [] } = useQuery(targetsQuery);
  const about = services.find((each) => each.service === service);
  const own = targets.filter((each) => each.service === service);
  return (
    <p className="head-state faint">
      {about?.description && <span>{about.description}</span>}
      {about?.repository && /^https?:/.test(about.repository) && (
        <a href={about.repository} target="_blank" rel="noreferrer">
          Repository
        </a>
      )}
      {own.map(({ environment }) => (
        <Link key={environment} href={`/targets/${service}/${environment}`} className="tag">
          {environment}
        </Link>
      ))}
    </p>
  );
}

function Versions({ versions }: { readonly versions: readonly Version[] }) {
  return (
    <div className="rows">
      {versions.map(
        ({ service, version, commit, branch, message, author, createdAt, artifact, digests = {} }) => (
          <div key={version} className="row version-row">
            <strong className="version">{version}</strong>
            <span>{message ?? <span className="faint">no message</span>}</span>
            <span className="faint">
              {[commit?.slice(0, 8), branch, author].filter(Boolean).join(' · ') || artifact.type}
              {Object.entries(digests).map(([image, digest]) => (
                <Fragment key={image}>
                  {' '}
                  <Digest digest={digest} />
                </Fragment>
              ))}
            </span>
            <span className="row-ago faint">
              <Ago at={createdAt} />
            </span>
            <LinkButton href={`/new?service=${service}&version=${version}`}>
              Deploy
              <Of name={version} />
            </LinkButton>
          </div>
        ),
      )}
    </div>
  );
}

function NoVersions({ service, wanted }: { readonly service: string; readonly wanted: string }) {
  if (wanted !== '') return <Empty title="No version fits" />;
  return (
    <Empty title="No version is registered yet">
      <p>CI registers what it has built:</p>
      <pre tabIndex={0}>{`POST /v1/services/${service}/versions
{ "version": "1.4.0", "commit": "6dcb09b…", "branch": "main",
  "artifact": { "type": "image", "image": "registry.example.com/${service}@sha256:…" } }`}</pre>
    </Empty>
  );
}

import { Link } from 'wouter';
import type { ReactNode } from 'react';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import { Digest } from '../elements/digest.jsx';
import { Icon } from '../elements/icon.jsx';
import { Ago } from '../elements/time.jsx';

/** Who asked for a deployment, why, and what ran before. */
export function Facts({ deployment }: { readonly deployment: DeploymentView }) {
  const {
    actor,
    message,
    commit,
    ci,
    baseline,
    acceptedAt,
    of,
    release,
    provider,
    attempts,
    service,
    approvals,
    override,
    digests = {},
  } = deployment;
  return (
    <section className="panel" aria-label="About">
      <h2>About</h2>
      <dl className="facts">
        <Fact name="Asked by">
          {actor} · <Ago at={acceptedAt} />
        </Fact>
        {message && <Fact name="Message">{message}</Fact>}
        {commit && (
          <Fact name="Commit">
            <code title={commit}>{commit.slice(0, 10)}</code>
          </Fact>
        )}
        {ci && (
          <Fact name="CI">
            {ci.url ? (
              <a href={ci.url} target="_blank" rel="noreferrer">
                {ci.name ?? 'run'} <Icon name="external" />
              </a>
            ) : (
              ci.name
            )}
          </Fact>
        )}
        <Fact name="Ran before">{baseline ?? <span className="faint">not recorded yet</span>}</Fact>
        <Fact name="Service">
          <Link href={`/services/${service}`}>{service}</Link> on {provider}
        </Fact>
        {of && (
          <Fact name="Repeats">
            <Link href={`/deployments/${of}`}>{of}</Link>
          </Fact>
        )}
        {release && (
          <Fact name="Release">
            <Link href={`/releases/${release}`}>{release}</Link>
          </Fact>
        )}
        {Object.entries(digests).map(([image, digest]) => (
          <Fact key={image} name="Image">
            {image} <Digest digest={digest} />
          </Fact>
        ))}
        {approvals?.map(({ by, at, reason }) => (
          <Fact key={by} name="Approved">
            {by} <Ago at={at} /> {reason && <span className="faint">{reason}</span>}
          </Fact>
        ))}
        {override && (
          <Fact name="Overrides">
            {override.blockers.join(', ')}: {override.reason}
          </Fact>
        )}
        {attempts > 1 && <Fact name="Workers">{attempts} took it since it last got further</Fact>}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

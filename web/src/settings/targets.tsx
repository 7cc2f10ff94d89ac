import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { TargetView } from '../../../src/shared/contract/configuration.js';
import { targetsQuery } from '../api/queries.js';
import { sayWhere } from '../connection/say-where.js';
import { TestConnection } from '../connection/test-connection.jsx';
import { Empty } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';

/** Every target with where it deploys to, and whether that can be reached. */
export function Targets() {
  const targets = useQuery(targetsQuery);
  return (
    <Shown query={targets} rows={4}>
      {(found) =>
        found.length === 0 ? (
          <Empty title="There is no target yet">
            <p>A target says where a service runs in an environment. Add one under Configuration.</p>
          </Empty>
        ) : (
          <div className="rows">
            {found.map((target) => (
              <TargetRow key={`${target.service}/${target.environment}`} target={target} />
            ))}
          </div>
        )
      }
    </Shown>
  );
}

function TargetRow({ target: { service, environment, provider, spec } }: { readonly target: TargetView }) {
  const name = `${service}/${environment}`;
  return (
    <section className="row connection-target" aria-label={name}>
      <div className="connection-head">
        <Link href={`/targets/${name}`}>
          <strong>{name}</strong>
        </Link>
        <span className="tag">{provider}</span>
        <span className="faint">{sayWhere(spec)}</span>
      </div>
      <TestConnection service={service} environment={environment} />
    </section>
  );
}

import { useQueries, useQuery } from '@tanstack/react-query';
import { statusQuery, targetsQuery } from '../api/queries.js';
import { Shown } from '../elements/shown.jsx';
import { StateBadge } from '../elements/state-badge.jsx';
import { Ago } from '../elements/time.jsx';
import { Pick, PickList } from './pick-list.jsx';

/** Where to; several at once. Each says what runs there and what is in the way. */
export function EnvironmentPick({
  service,
  picked,
  onPick,
}: {
  readonly service: string;
  readonly picked: readonly string[];
  readonly onPick: (environments: readonly string[]) => void;
}) {
  const targets = useQuery(targetsQuery);
  return (
    <PickList step={3} title="Environments">
      {service === '' ? (
        <p className="pick-empty">Pick a service first.</p>
      ) : (
        <Shown query={targets}>
          {(found) => {
            const fitting = found
              .filter((each) => each.service === service)
              .map(({ environment }) => environment);
            if (fitting.length === 0) return <p className="pick-empty">{service} has no target yet.</p>;
            return <Environments service={service} environments={fitting} picked={picked} onPick={onPick} />;
          }}
        </Shown>
      )}
    </PickList>
  );
}

function Environments({
  service,
  environments,
  picked,
  onPick,
}: {
  readonly service: string;
  readonly environments: readonly string[];
  readonly picked: readonly string[];
  readonly onPick: (environments: readonly string[]) => void;
}) {
  const statuses = useQueries({ queries: environments.map((environment) => statusQuery(environment)) });
  return environments.map((environment, index) => {
    const status = statuses[index]?.data?.services.find((each) => each.service === service);
    const isPicked = picked.includes(environment);
    const next = isPicked ? picked.filter((each) => each !== environment) : [...picked, environment];
    return (
      <Pick
        key={environment}
        kind="checkbox"
        name="environment"
        picked={isPicked}
        onPick={() => onPick(next)}
      >
        <strong>{environment}</strong>
        {status?.running && (
          <span className="faint">
            {status.running.certain ? <span className="version">{status.running.version}</span> : 'unknown'}{' '}
            since <Ago at={status.running.since} />
          </span>
        )}
        {status && !status.running && <span className="faint">nothing deployed</span>}
        {status?.last && status.last.state !== 'succeeded' && <StateBadge state={status.last.state} />}
        {status !== undefined && status.blocked > 0 && (
          <span className="tone-warn badge">
            {status.blocked} {status.blocked === 1 ? 'blocker' : 'blockers'} in the way
          </span>
        )}
      </Pick>
    );
  });
}

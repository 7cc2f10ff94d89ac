import { useQueries, useQuery } from '@tanstack/react-query';
import { statusQuery, targetsQuery } from '../api/queries.js';
import type { TargetStatus } from '../board/board-cell.jsx';
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
        {status && <Standing status={status} />}
      </Pick>
    );
  });
}

function Standing({ status: { running, last, blocked } }: { readonly status: TargetStatus }) {
  return (
    <>
      <span className="faint">
        {running ? (
          <>
            {running.certain ? <span className="version">{running.version}</span> : 'unknown'} since{' '}
            <Ago at={running.since} />
          </>
        ) : (
          'nothing deployed'
        )}
      </span>
      {last && last.state !== 'succeeded' && <StateBadge state={last.state} />}
      {blocked > 0 && (
        <span className="tone-warn badge">
          {blocked} {blocked === 1 ? 'blocker' : 'blockers'} in the way
        </span>
      )}
    </>
  );
}

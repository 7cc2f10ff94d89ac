import { Link } from 'wouter';
import type { DriftStatus } from '../../../src/shared/contract/drift.js';
import { Icon } from '../elements/icon.jsx';
import { Ago } from '../elements/time.jsx';

/** What a worker saw last of the drift of a target, where that is worth knowing; nobody having looked is said plainly. */
export function DriftFlag({
  drift,
  service,
  environment,
}: {
  readonly drift: DriftStatus | undefined;
  readonly service: string;
  readonly environment: string;
}) {
  if (!drift || drift.state === 'none') return null;
  const { state, objects, since, because } = drift;
  return (
    <Link
      href={`/targets/${service}/${environment}?view=drift`}
      className={`cell-flag tone-${state === 'drifted' ? 'warn' : 'wait'}`}
      title={because}
    >
      <Icon name={state === 'drifted' ? 'warning' : 'info'} />
      {state === 'drifted' ? `${sayObjects(objects)} by somebody else` : 'drift unknown'} since{' '}
      <Ago at={since} />
    </Link>
  );
}

/** How much is no longer as it was deployed. */
export function sayObjects(objects: number): string {
  return objects === 1 ? 'one thing was changed' : `${objects} things were changed`;
}

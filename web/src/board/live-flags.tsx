import { skipToken, useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { PodsBrief } from '../../../src/shared/contract/pods-brief.js';
import { Icon } from '../elements/icon.jsx';
import { operationNowQuery } from '../operations/operation-queries.js';
import { hasEnded, lookOfOperation, wordsOf } from '../operations/operation-words.js';

interface Place {
  readonly service: string;
  readonly environment: string;
}

/** What the stream tells of a target beside its deployments: how its pods are, and what somebody does to them. */
export function LiveFlags(place: Place) {
  return (
    <>
      <Pods {...place} />
      <Operation {...place} />
    </>
  );
}

function Pods({ service, environment }: Place) {
  const { data: brief } = useQuery<PodsBrief>({
    queryKey: ['pods-brief', service, environment],
    queryFn: skipToken,
  });
  if (!brief) return null;
  if (!brief.known)
    return (
      <span className="cell-flag tone-warn" title={brief.because}>
        <Icon name="warning" /> pods cannot be seen
      </span>
    );
  const { ready, desired } = brief;
  return (
    <Link
      href={`/targets/${service}/${environment}?view=now`}
      className={`cell-flag tone-${ready < desired ? 'warn' : 'calm'}`}
    >
      {ready} of {desired} {desired === 1 ? 'pod' : 'pods'} ready
    </Link>
  );
}

/** What somebody does to the target beside deployments, as long as it goes on; the stream tells of it. */
function Operation({ service, environment }: Place) {
  const { data: operation } = useQuery(operationNowQuery(service, environment));
  if (!operation || hasEnded(operation)) return null;
  const { tone, icon } = lookOfOperation(operation.state);
  return (
    <Link href={`/targets/${service}/${environment}`} className={`cell-flag tone-${tone}`}>
      <Icon name={icon} className={icon === 'running' ? 'turning' : ''} /> {wordsOf(operation)},{' '}
      {operation.person}
    </Link>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { queueQuery } from './queue-query.js';

/** Milliseconds until the line is read again; whoever wants it sooner opens the queue. */
const ASK_AGAIN_MS = 15_000;

/** The queue in one line, which leads to it. That no worker is there is said first. */
export function QueueLine() {
  const { data } = useQuery({ ...queueQuery, refetchInterval: ASK_AGAIN_MS });
  if (!data) return null;
  const { running, queued, held, workers } = data;
  const crew = workers.taking === 0 ? 'no worker was seen' : `workers ${workers.taking}`;
  return (
    <p className="queue-line">
      <Link href="/queue" className={workers.taking === 0 ? 'tone-bad badge' : ''}>
        {[crew, `${running} under way`, `${queued} queued`, `${held} held`].join(' · ')}
        {workers.silent > 0 && ` · ${workers.silent} silent`}
      </Link>
    </p>
  );
}

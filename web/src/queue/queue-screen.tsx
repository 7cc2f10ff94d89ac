import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { QueueView } from '../../../src/shared/contract/queue.js';
import { deploymentsQuery } from '../api/queries.js';
import { DeploymentRow } from '../deployments/deployment-row.jsx';
import { Empty } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { spellSpan } from '../elements/spell-time.js';
import { Obstacles } from '../deployment/obstacles.jsx';
import { useTab } from '../shell/tab.js';
import { Crew } from './crew.jsx';
import { queueQuery } from './queue-query.js';

/** Milliseconds until the queue is read again. */
const ASK_AGAIN_MS = 3_000;

const CARRIED = { state: ['preparing', 'deploying', 'verifying', 'rolling_back'], limit: 100 } as const;

/** What is under way, what waits and for what, and who works on it. */
export function QueueScreen() {
  useTab('Queue');
  const queue = useQuery({ ...queueQuery, refetchInterval: ASK_AGAIN_MS });
  const running = useQuery(deploymentsQuery(CARRIED));
  return (
    <>
      <header className="head">
        <h1>Queue and workers</h1>
      </header>
      <Shown query={queue} rows={2}>
        {(found) => <Figures queue={found} />}
      </Shown>
      <h2 className="chapter">Under way</h2>
      <Shown query={running} rows={2}>
        {(found) =>
          found.length === 0 ? (
            <Empty title="No deployment is under way" />
          ) : (
            <div className="rows">
              {found.map((deployment) => (
                <DeploymentRow key={deployment.id} deployment={deployment} />
              ))}
            </div>
          )
        }
      </Shown>
      <h2 className="chapter">Waiting, and for what</h2>
      <Shown query={queue} rows={3}>
        {(found) => <Waiting queue={found} />}
      </Shown>
      <h2 className="chapter">Workers</h2>
      <Crew />
    </>
  );
}

function Figures({
  queue: { running, queued, held, uncalled, oldestQueuedMs, workers },
}: {
  readonly queue: QueueView;
}) {
  return (
    <div className="key-figures">
      <Figure title="Under way" value={running} note={`${workers.places} can be at once`} />
      <Figure
        title="Queued"
        value={queued}
        note={queued === 0 ? 'nothing waits' : `the oldest for ${spellSpan(oldestQueuedMs)}`}
      />
      <Figure title="Held" value={held} note="by blockers, approvals or a time" />
      <Figure
        title="Workers"
        value={workers.taking}
        note={[
          workers.draining > 0 && `${workers.draining} leaving`,
          workers.silent > 0 && `${workers.silent} silent`,
          uncalled > 0 && `${uncalled} not taken yet`,
        ]
          .filter(Boolean)
          .join(', ')}
        isBad={workers.taking === 0}
      />
    </div>
  );
}

function Figure({
  title,
  value,
  note,
  isBad = false,
}: {
  readonly title: string;
  readonly value: number;
  readonly note: string;
  readonly isBad?: boolean;
}) {
  return (
    <section className="panel key-figure">
      <h2>{title}</h2>
      <p className={`key-value digits ${isBad ? 'tone-bad badge' : ''}`}>{value.toLocaleString('en')}</p>
      <p className="faint">{note || ' '}</p>
    </section>
  );
}

function Waiting({ queue: { waiting, more } }: { readonly queue: QueueView }) {
  if (waiting.length === 0) return <Empty title="Nothing waits" />;
  return (
    <>
      <div className="rows">
        {waiting.map(({ deployment, obstacles }) => (
          <div key={deployment.id} className="waiting-deployment">
            <DeploymentRow deployment={deployment} />
            <Obstacles obstacles={obstacles} />
          </div>
        ))}
      </div>
      {more && (
        <p className="faint">
          More wait than are listed: <Link href="/deployments?show=running">all of them</Link>.
        </p>
      )}
    </>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { WorkerView } from '../../../src/shared/contract/queue.js';
import { call } from '../api/call.js';
import type { Page } from '../api/page.js';
import { Empty } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import type { Tone } from '../elements/state.js';
import { Ago } from '../elements/time.jsx';
import { useWhyNot } from '../session/session.js';

const ASK_AGAIN_MS = 5_000;

const LOOKS: Readonly<Record<WorkerView['state'], { readonly label: string; readonly tone: Tone }>> = {
  taking: { label: 'takes deployments', tone: 'good' },
  draining: { label: 'is leaving', tone: 'wait' },
  silent: { label: 'silent, nobody knows', tone: 'bad' },
};

/** Every worker by name, for administrators. */
export function Crew() {
  const denied = useWhyNot('admin');
  const workers = useQuery({
    queryKey: ['workers'],
    queryFn: async ({ signal }) => (await call<Page<WorkerView>>('GET', 'v1/workers', { signal })).items,
    refetchInterval: ASK_AGAIN_MS,
    enabled: denied === undefined,
  });
  if (denied !== undefined) return <p className="faint">Their names are for administrators. {denied}.</p>;
  return (
    <Shown query={workers} rows={2}>
      {(found) =>
        found.length === 0 ? (
          <Empty title="No worker was seen">
            <p>
              Deployments are accepted and wait. Start one with <code>npm run worker</code>, or look why those
              that were there are gone.
            </p>
          </Empty>
        ) : (
          <div className="rows">
            {found.map((worker) => (
              <WorkerRow key={worker.worker} worker={worker} />
            ))}
          </div>
        )
      }
    </Shown>
  );
}

function WorkerRow({
  worker: { worker, state, version, startedAt, seenAt, places, carries },
}: {
  readonly worker: WorkerView;
}) {
  const { label, tone } = LOOKS[state];
  return (
    <div className="row worker-row">
      <strong>{worker}</strong>
      <span className={`badge tone-${tone}`}>{label}</span>
      <span className="faint">
        Beanpod {version} · since <Ago at={startedAt} />
      </span>
      <span className="faint">
        seen <Ago at={seenAt} />
      </span>
      <span className="worker-carries">
        {carries.length} of {places}
        {carries.map(({ deployment, number, service, environment }) => (
          <Link key={deployment} href={`/deployments/${deployment}`}>
            #{number} {service} → {environment}
          </Link>
        ))}
      </span>
    </div>
  );
}

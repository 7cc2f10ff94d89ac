import { useState } from 'react';
import { useSearchParams } from 'wouter';
import type { LivePod, PodsView as Told } from '../../../src/shared/contract/live-pods.js';
import type { Connection } from '../api/read-events.js';
import { useEvents } from '../api/use-events.js';
import { Button } from '../elements/button.jsx';
import { Empty, Note, ProblemNote } from '../elements/note.jsx';
import { Waiting } from '../elements/shown.jsx';
import { Ago } from '../elements/time.jsx';
import { OperationDialog } from '../operations/operation-dialog.jsx';
import { TailView } from '../tail/tail-view.jsx';
import { LiveEvents } from './live-events.jsx';
import { PodDrawer } from './pod-drawer.jsx';
import { usePodRights } from './pod-rights.js';
import { PodRow } from './pod-row.jsx';
import { containersOf } from './pod-words.js';
import { Workloads } from './workloads.jsx';
import './pods.css';

/** What runs of a target in a cluster, as it changes: workloads, pods, events, and the logs of them all. */
export function PodsView({
  service,
  environment,
}: {
  readonly service: string;
  readonly environment: string;
}) {
  const place = { service, environment };
  const live = `v1/targets/${service}/${environment}/live`;
  const rights = usePodRights(place);
  const [told, setTold] = useState<Told>();
  // Pods that are gone stay known, for whoever looks at one of them.
  const [known, setKnown] = useState<ReadonlyMap<string, LivePod>>(new Map());
  const [params, setParams] = useSearchParams();
  const [restarts, setRestarts] = useState(false);
  const connection = useEvents(`${live}/pods`, {
    pods: (data) => {
      // A gateway that is older than this page tells of pods alone.
      const now: Told = { workloads: [], events: [], ...(data as Pick<Told, 'pods'>) };
      setTold(now);
      setKnown((before) => new Map([...before, ...now.pods.map((pod) => [pod.name, pod] as const)]));
    },
  });
  const show = (changes: Readonly<Record<string, string | undefined>>) =>
    setParams((now) => {
      for (const [name, value] of Object.entries(changes)) {
        if (value === undefined) now.delete(name);
        else now.set(name, value);
      }
      return now;
    });
  if (connection.name === 'refused') return <ProblemNote error={connection.error} />;
  if (!told) return <NotYet connection={connection} />;
  const opened = params.get('pod');
  const log = params.get('log');
  const { pods, workloads, events } = told;
  return (
    <>
      <Staleness told={told} connection={connection} />
      <Workloads workloads={workloads} place={place} rights={rights} />
      {pods.length === 0 ? (
        <Empty title="No pod runs" />
      ) : (
        <div className="rows" role="list" aria-label="Pods">
          {pods.map((pod) => (
            <PodRow
              key={pod.uid}
              pod={pod}
              rights={rights}
              onOpen={(what) => show({ pod: pod.name, show: what })}
            />
          ))}
        </div>
      )}
      <div className="pod-actions actions">
        <Button
          pressed={log !== null}
          whyNot={rights.logs}
          onClick={() => show({ log: log === null ? 'all' : undefined })}
        >
          Log of all pods
        </Button>
        <Button whyNot={rights.restart} onClick={() => setRestarts(true)}>
          Restart all, one after the other
        </Button>
      </div>
      {log !== null && rights.logs === undefined && (
        <TailView live={live} pod="" containers={containersOf(pods)} />
      )}
      <LiveEvents events={events} />
      {opened !== null && (
        <PodDrawer
          key={opened}
          name={opened}
          pod={known.get(opened)}
          isGone={!pods.some(({ name }) => name === opened)}
          events={events}
          place={place}
          rights={rights}
          onClose={() => show({ pod: undefined, show: undefined })}
        />
      )}
      {restarts && (
        <OperationDialog
          place={place}
          wish={{ kind: 'restart', body: {}, action: 'Restart all pods' }}
          onClose={() => setRestarts(false)}
        />
      )}
    </>
  );
}

function NotYet({ connection }: { readonly connection: Connection }) {
  if (connection.name !== 'retrying') return <Waiting rows={3} />;
  return connection.because ? <ProblemNote error={connection.because} /> : <Waiting rows={3} />;
}

/** Why what is shown may be old. */
function Staleness({
  told: { trouble, staleSince },
  connection,
}: {
  readonly told: Told;
  readonly connection: Connection;
}) {
  return (
    <>
      {connection.name === 'retrying' && (
        <Note tone="warn" title="The connection is interrupted; this is as it was before">
          {connection.because && <p>{connection.because.message}</p>}
        </Note>
      )}
      {(trouble !== undefined || staleSince !== undefined) && (
        <Note tone="warn" title={trouble ?? 'The cluster has not been heard'}>
          {staleSince !== undefined && (
            <p>
              This is as of <Ago at={staleSince} />.
            </p>
          )}
        </Note>
      )}
    </>
  );
}

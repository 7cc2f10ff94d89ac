import { useState } from 'react';
import { useSearchParams } from 'wouter';
import type { LivePod, PodsView } from '../../../src/shared/contract/live-pods.js';
import { addressOf } from '../api/call.js';
import { useEvents } from '../api/use-events.js';
import { Button } from '../elements/button.jsx';
import { Empty, Note, ProblemNote } from '../elements/note.jsx';
import { Waiting } from '../elements/shown.jsx';
import { Ago } from '../elements/time.jsx';
import { useWhyNot } from '../session/session.js';
import { PodLog } from './pod-log.jsx';

/** The pods of a target as the cluster tells of them, and their logs. */
export function Pods({ service, environment }: { readonly service: string; readonly environment: string }) {
  const [view, setView] = useState<PodsView>();
  const [params, setParams] = useSearchParams();
  const denied = useWhyNot('logs', { service, environment });
  const noShell = useWhyNot('exec', { service, environment });
  const path = `v1/targets/${service}/${environment}/live`;
  const connection = useEvents(`${path}/pods`, { pods: (data) => setView(data as PodsView) });
  if (connection.name === 'refused') return <ProblemNote error={connection.error} />;
  if (!view) return <Waiting rows={3} />;
  const log = params.get('log');
  const show = (pod: string | null) =>
    setParams((now) => {
      if (pod === null) now.delete('log');
      else now.set('log', pod);
      return now;
    });
  return (
    <>
      {view.trouble && <Note tone="warn" title={view.trouble} />}
      {view.pods.length === 0 ? (
        <Empty title="No pod runs" />
      ) : (
        <div className="rows">
          {view.pods.map((pod) => (
            <PodRow
              key={pod.uid}
              pod={pod}
              denied={denied}
              isOpen={log === pod.name}
              onLog={() => show(log === pod.name ? null : pod.name)}
              noShell={noShell}
              onShell={() =>
                window.open(addressOf('shell', { service, environment, pod: pod.name }), '_blank', 'noopener')
              }
            />
          ))}
        </div>
      )}
      <div className="pod-actions">
        <Button pressed={log === ''} whyNot={denied} onClick={() => show(log === '' ? null : '')}>
          Log of all pods
        </Button>
      </div>
      {log !== null && <PodLog key={log} path={path} pod={log} />}
    </>
  );
}

function PodRow({
  pod: { name, status, ready, restarts, createdAt, node, containers },
  denied,
  isOpen,
  onLog,
  noShell,
  onShell,
}: {
  readonly pod: LivePod;
  readonly denied: string | undefined;
  readonly isOpen: boolean;
  readonly onLog: () => void;
  readonly noShell: string | undefined;
  readonly onShell: () => void;
}) {
  const exit = containers.find(({ lastExit }) => lastExit)?.lastExit;
  return (
    <div className="row pod-row">
      <strong>{name}</strong>
      <span className={`badge tone-${ready ? 'good' : 'warn'}`}>{status}</span>
      <span className="faint">
        {restarts === 0 ? 'no restart' : `${restarts} restarts`}
        {exit && `, last exit ${exit.reason} (${exit.exitCode})`}
      </span>
      <span className="faint">{node}</span>
      <span className="row-ago faint">
        <Ago at={createdAt} />
      </span>
      <span className="actions">
        <Button pressed={isOpen} whyNot={denied} onClick={onLog} label={`Log of ${name}`}>
          Log
        </Button>
        <Button whyNot={noShell} onClick={onShell} label={`Shell in ${name}`}>
          Shell
        </Button>
      </span>
    </div>
  );
}

import { useState } from 'react';
import { useSearchParams } from 'wouter';
import type { Connection } from '../api/read-events.js';
import { saveText } from '../api/save-text.js';
import { Button } from '../elements/button.jsx';
import { ProblemNote } from '../elements/note.jsx';
import { TailFilters } from './tail-filters.jsx';
import { TailPane } from './tail-pane.jsx';
import { textOfRows, type TailState } from './tail-lines.js';
import { tailPath, wishIn } from './tail-wish.js';
import { useTail } from './use-tail.js';
import './tail.css';

/** What the containers of a pod, or of all pods when the name is empty, write, as they write it. */
export function TailView({
  live,
  pod,
  containers,
}: {
  /** Path of the API for the target's live calls. */
  readonly live: string;
  readonly pod: string;
  readonly containers: readonly string[];
}) {
  const [params] = useSearchParams();
  const [follows, setFollows] = useState(true);
  const { lines, state, connection } = useTail(tailPath(live, pod, wishIn(params)));
  const hasFlaw = connection.name === 'refused' && (connection.error.problem.errors ?? []).length > 0;
  return (
    <section className="panel log" aria-label={pod === '' ? 'Log of all pods' : `Log of ${pod}`}>
      <TailFilters containers={containers} connection={connection} />
      <div className="log-tools" role="toolbar" aria-label="Log">
        <Button look="quiet" icon="down" pressed={follows} onClick={() => setFollows(!follows)}>
          Follow
        </Button>
        <Button
          look="quiet"
          icon="pause"
          pressed={state.isPaused}
          onClick={() => (state.isPaused ? lines.resume() : lines.pause())}
        >
          {state.isPaused ? 'Go on' : 'Pause'}
        </Button>
        <TailStatus connection={connection} state={state} />
        <Button
          look="quiet"
          icon="download"
          whyNot={state.rows.length === 0 ? 'There are no lines yet' : undefined}
          onClick={() => saveText(`${pod === '' ? 'all-pods' : pod}.log`, textOfRows(state.rows))}
        >
          Download
        </Button>
      </div>
      {connection.name === 'refused' && !hasFlaw && <ProblemNote error={connection.error} />}
      <TailPane lines={lines} state={state} manyPods={pod === ''} follows={follows} onFollow={setFollows} />
    </section>
  );
}

function TailStatus({ connection, state }: { readonly connection: Connection; readonly state: TailState }) {
  const { rows, held, isPaused, left, dropped } = state;
  const isLive = connection.name === 'live';
  const count = (n: number, what: string) => `${n.toLocaleString('en')} ${n === 1 ? 'line' : 'lines'}${what}`;
  const parts = [
    isPaused ? `paused, ${count(held, ' waiting')}` : connection.name,
    connection.name === 'retrying' && connection.because?.message,
    count(rows.length, ''),
    left > 0 && count(left, ' left this page'),
    dropped > 0 && count(dropped, ' dropped'),
  ];
  return (
    <span
      className={`log-status tone-${dropped > 0 || !isLive ? 'warn' : isPaused ? 'wait' : 'busy'}`}
      role="status"
    >
      {parts.filter(Boolean).join(' · ')}
    </span>
  );
}

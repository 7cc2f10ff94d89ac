import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { addressOf } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { CopyButton } from '../elements/copy.jsx';
import { ProblemNote } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { spellSpan } from '../elements/spell-time.js';
import { useWhyNot } from '../session/session.js';
import { FIGURE_REQUESTS, figuresOf, type Figures } from './figures.js';
import { askAgent } from './ask-agent.js';
import { Loggers } from './loggers-panel.jsx';
import { MemoryPanel, type Sample } from './memory-panel.jsx';
import './java.css';

/** Milliseconds between two looks, and looks that are drawn. */
const LOOK_MS = 5_000;
const MOST_SAMPLES = 360;

interface JavaProps {
  readonly service: string;
  readonly environment: string;
  readonly pod: string;
}

/** A Java process from inside: memory, threads, garbage collection and loggers, by the Jolokia agent of a pod. */
export function JavaView({ service, environment, pod }: JavaProps) {
  const place = { service, environment };
  const path = `v1/targets/${service}/${environment}/live/pods/${pod}/jolokia`;
  const noWrite = useWhyNot('jmx-write', place);
  const samples = useRef<readonly Sample[]>([]);
  const figures = useQuery({
    queryKey: ['java', service, environment, pod],
    queryFn: async ({ signal }) => {
      const found = figuresOf(await askAgent(path, FIGURE_REQUESTS, { signal }));
      const sample = { at: Date.now(), heap: found.heap?.used ?? 0, nonHeap: found.nonHeap?.used ?? 0 };
      samples.current = [...samples.current, sample].slice(-MOST_SAMPLES);
      return { ...found, samples: samples.current };
    },
    refetchInterval: LOOK_MS,
    retry: false,
    // Old figures must not pass for new ones.
    gcTime: 0,
  });
  return (
    <div className="java">
      {figures.error && figures.data && <ProblemNote error={figures.error} />}
      <Shown query={figures}>
        {(found) => (
          <>
            <p className="faint java-machine">
              {found.machine && `${found.machine.name}, up ${spellSpan(found.machine.upMs)}`}
            </p>
            <div className="java-panels">
              <MemoryPanel name="Heap" usage={found.heap} samples={found.samples} of="heap" />
              <MemoryPanel
                name="Beside the heap"
                usage={found.nonHeap}
                samples={found.samples}
                of="nonHeap"
              />
              <Threads figures={found} path={path} noWrite={noWrite} />
              <Collectors figures={found} />
            </div>
          </>
        )}
      </Shown>
      <Loggers path={path} noWrite={noWrite} pod={pod} />
      <p className="java-hawtio faint">
        hawtio connects to this address with POST:{' '}
        <CopyButton text={() => addressOf(path)}>Copy the address</CopyButton>
      </p>
    </div>
  );
}

function Threads({
  figures: { threads },
  path,
  noWrite,
}: {
  readonly figures: Figures;
  readonly path: string;
  readonly noWrite: string | undefined;
}) {
  const look = useMutation({
    mutationFn: async () => {
      const mbean = 'java.lang:type=Threading';
      const [answer] = await askAgent(path, [{ type: 'exec', mbean, operation: 'findDeadlockedThreads' }]);
      if (answer?.status !== 200) throw new Error(answer?.error ?? 'The agent did not say');
      return Array.isArray(answer.value) ? answer.value.map(String) : [];
    },
  });
  return (
    <section className="panel java-panel" aria-label="Threads">
      <h2>Threads</h2>
      <p className="key-value">{threads ? threads.now : <small>not told</small>}</p>
      {threads && (
        <p className="faint">
          {threads.peak} at most, {threads.daemons} of them daemons
        </p>
      )}
      <div className="actions">
        <Button
          whyNot={noWrite ?? (look.isPending ? 'The agent is asked' : undefined)}
          onClick={() => look.mutate()}
        >
          Look for deadlocks
        </Button>
        <span role="status">
          {look.data?.length === 0 && 'no deadlock'}
          {look.data && look.data.length > 0 && `deadlocked: threads ${look.data.join(', ')}`}
          {look.error && look.error.message}
        </span>
      </div>
    </section>
  );
}

function Collectors({ figures: { collectors } }: { readonly figures: Figures }) {
  return (
    <section className="panel java-panel" aria-label="Garbage collection">
      <h2>Garbage collection</h2>
      {collectors.length === 0 && <p className="faint">not told</p>}
      <dl>
        {collectors.map(({ name, count, ms }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="digits">
              {count.toLocaleString('en')} {count === 1 ? 'run' : 'runs'}, {spellSpan(ms)}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

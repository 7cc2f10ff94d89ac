import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { LiveEvent, LivePod } from '../../../src/shared/contract/live-pods.js';
import { addressOf } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Note } from '../elements/note.jsx';
import { Waiting } from '../elements/shown.jsx';
import { OperationDialog, type OperationWish } from '../operations/operation-dialog.jsx';
import { TailView } from '../tail/tail-view.jsx';
import { PodFacts } from './pod-facts.jsx';
import type { PodRights } from './pod-rights.js';
import type { PodPart } from './pod-row.jsx';
import { containersOf, toneOf } from './pod-words.js';

const JavaView = lazy(() => import('../java/java-view.jsx').then(({ JavaView: d }) => ({ default: d })));

const PARTS: readonly (readonly [part: PodPart, name: string])[] = [
  ['log', 'Log'],
  ['shell', 'Shell'],
  ['java', 'Java'],
  ['about', 'About'],
];

interface PodDrawerProps {
  readonly name: string;
  /** Absent for a pod that was gone before this was opened. */
  readonly pod: LivePod | undefined;
  readonly isGone: boolean;
  readonly events: readonly LiveEvent[];
  readonly place: { readonly service: string; readonly environment: string };
  readonly rights: PodRights;
  readonly onClose: () => void;
}

/** One pod beside the list: its log, a shell, its Java process, and all that is known of it. */
export function PodDrawer({ name, pod, isGone, events, place, rights, onClose }: PodDrawerProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [params, setParams] = useSearchParams();
  const wanted = params.get('show');
  const part = PARTS.find(([each]) => each === wanted)?.[0] ?? 'about';
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} className="drawer" aria-label={`Pod ${name}`} onClose={onClose}>
      <header className="drawer-head">
        <h2>{name}</h2>
        {pod && !isGone && <span className={`badge tone-${toneOf(pod)}`}>{pod.status}</span>}
        <Button look="quiet" icon="cross" label="Close" onClick={() => dialog.current?.close()}>
          {''}
        </Button>
      </header>
      {isGone && <Note tone="warn" title={pod ? 'This pod is gone' : `There is no pod ${name}`} />}
      {pod && (
        <>
          <div className="drawer-tools">
            <span className="segments" role="group" aria-label="What to see of it">
              {PARTS.filter(([each]) => each !== 'java' || pod.jolokia !== undefined).map(([each, title]) => (
                <button
                  key={each}
                  type="button"
                  aria-pressed={each === part}
                  onClick={() =>
                    setParams((now) => {
                      now.set('show', each);
                      return now;
                    })
                  }
                >
                  {title}
                </button>
              ))}
            </span>
            <PodActions pod={pod} place={place} rights={rights} isGone={isGone} />
          </div>
          <div className="drawer-body">
            <Part part={part} pod={pod} events={events} place={place} rights={rights} />
          </div>
        </>
      )}
    </dialog>
  );
}

function Part({
  part,
  pod,
  events,
  place,
  rights,
}: Pick<PodDrawerProps, 'events' | 'place' | 'rights'> & { readonly part: PodPart; readonly pod: LivePod }) {
  const { service, environment } = place;
  const denied = { log: rights.logs, shell: rights.shell, java: rights.java, about: undefined }[part];
  if (denied !== undefined) return <Note tone="calm" title={denied} />;
  switch (part) {
    case 'log':
      return (
        <TailView
          live={`v1/targets/${service}/${environment}/live`}
          pod={pod.name}
          containers={containersOf([pod])}
        />
      );
    case 'shell':
      return <ShellFrame pod={pod} place={place} />;
    case 'java':
      return (
        <Suspense fallback={<Waiting rows={4} />}>
          <JavaView service={service} environment={environment} pod={pod.name} />
        </Suspense>
      );
    case 'about':
      return <PodFacts pod={pod} events={events} />;
  }
}

/** A shell in a document of its own, since its terminal writes styles, which the page may not. */
function ShellFrame({ pod, place }: { readonly pod: LivePod; readonly place: PodDrawerProps['place'] }) {
  const running = pod.containers.filter(({ state }) => state === 'running');
  const [container, setContainer] = useState(running.find(({ role }) => role === 'main')?.name ?? '');
  const address = addressOf('shell', { ...place, pod: pod.name, container });
  return (
    <div className="shell-frame">
      <div className="actions">
        {running.length > 1 && (
          <label>
            Container{' '}
            <select value={container} onChange={({ target }) => setContainer(target.value)}>
              {running.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
        <a className="button quiet" href={address} target="_blank" rel="noopener">
          Another one in a tab of its own
        </a>
      </div>
      <iframe key={address} title={`Shell in ${pod.name}`} src={address} allow="clipboard-write" />
    </div>
  );
}

function PodActions({
  pod: { name, uid },
  place,
  rights,
  isGone,
}: Pick<PodDrawerProps, 'place' | 'rights' | 'isGone'> & { readonly pod: LivePod }) {
  const [wish, setWish] = useState<OperationWish>();
  const whyNot = rights.restart ?? (isGone ? 'The pod is gone' : undefined);
  const body = { pod: { name, uid } };
  return (
    <span className="actions">
      <Button whyNot={whyNot} onClick={() => setWish({ kind: 'restart', body, action: `Restart ${name}` })}>
        Restart
      </Button>
      <Button whyNot={whyNot} onClick={() => setWish({ kind: 'evict', body, action: `Evict ${name}` })}>
        Evict
      </Button>
      {wish && <OperationDialog place={place} wish={wish} onClose={() => setWish(undefined)} />}
    </span>
  );
}

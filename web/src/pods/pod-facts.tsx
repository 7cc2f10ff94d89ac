import type { LiveEvent, LivePod } from '../../../src/shared/contract/live-pods.js';
import { Ago } from '../elements/time.jsx';
import { LiveEvents } from './live-events.jsx';

/** All that is known of a pod: why it is not ready, its containers with their images and last ends, its events. */
export function PodFacts({ pod, events }: { readonly pod: LivePod; readonly events: readonly LiveEvent[] }) {
  const { name, node, owner, createdAt, unready = [], containers } = pod;
  return (
    <>
      <dl className="pod-facts">
        <div>
          <dt>Node</dt>
          <dd>{node ?? 'none yet'}</dd>
        </div>
        <div>
          <dt>Made by</dt>
          <dd>{owner ? `${owner.kind} ${owner.name}` : 'nobody'}</dd>
        </div>
        <div>
          <dt>Made</dt>
          <dd>
            <Ago at={createdAt} />
          </dd>
        </div>
        {unready.length > 0 && (
          <div>
            <dt>Not ready</dt>
            <dd>{unready.join(' · ')}</dd>
          </div>
        )}
      </dl>
      <div className="rows" role="list" aria-label="Containers">
        {containers.map((container) => (
          <Container key={container.name} container={container} />
        ))}
      </div>
      <LiveEvents events={events.filter(({ about }) => about.kind === 'Pod' && about.name === name)} />
    </>
  );
}

function Container({ container }: { readonly container: LivePod['containers'][number] }) {
  const { name, role, state, reason, ready, restarts, lastExit, image, imageId } = container;
  return (
    <div className="row container-row" role="listitem">
      <strong>{name}</strong>
      <span className="faint">{role}</span>
      <span className={`badge tone-${ready ? 'good' : 'warn'}`}>{reason ?? state}</span>
      <span className="faint">
        {restarts} {restarts === 1 ? 'restart' : 'restarts'}
        {lastExit && `, last exit ${lastExit.reason} (${lastExit.exitCode})`}
      </span>
      <code className="container-image">{image}</code>
      {imageId !== undefined && imageId !== image && <code className="container-image faint">{imageId}</code>}
    </div>
  );
}

import type { LivePod } from '../../../src/shared/contract/live-pods.js';
import { Button } from '../elements/button.jsx';
import { Ago } from '../elements/time.jsx';
import type { PodRights } from './pod-rights.js';
import { digestOf, toneOf } from './pod-words.js';

/** What of a pod is shown in its drawer. */
export type PodPart = 'log' | 'shell' | 'java' | 'about';

/** One pod and the ways to look into it. */
export function PodRow({
  pod,
  rights,
  onOpen,
}: {
  readonly pod: LivePod;
  readonly rights: PodRights;
  readonly onOpen: (what: PodPart) => void;
}) {
  const { name, status, restarts, createdAt, node, containers, jolokia, unready } = pod;
  const exit = containers.find(({ lastExit }) => lastExit)?.lastExit;
  const ready = containers.filter((each) => each.ready).length;
  return (
    <div className="row pod-row" role="listitem">
      <button type="button" className="link pod-name" onClick={() => onOpen('about')}>
        {name}
      </button>
      <span className={`badge tone-${toneOf(pod)}`} title={unready?.join('\n')}>
        {status}
      </span>
      <span className="digits" title="Containers that are ready">
        {ready}/{containers.filter(({ role }) => role !== 'init').length}
      </span>
      <span className="faint">
        {restarts === 0 ? 'no restart' : `${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`}
        {exit && `, last exit ${exit.reason} (${exit.exitCode})`}
      </span>
      <span className="faint" title="Image">
        <code>{digestOf(containers.find(({ role }) => role === 'main'))}</code>
      </span>
      <span className="faint">{node}</span>
      <span className="row-ago faint">
        <Ago at={createdAt} />
      </span>
      <span className="actions">
        <Button whyNot={rights.logs} onClick={() => onOpen('log')} label={`Log of ${name}`}>
          Log
        </Button>
        <Button whyNot={rights.shell} onClick={() => onOpen('shell')} label={`Shell in ${name}`}>
          Shell
        </Button>
        {jolokia !== undefined && (
          <Button whyNot={rights.java} onClick={() => onOpen('java')} label={`Java in ${name}`}>
            Java
          </Button>
        )}
      </span>
    </div>
  );
}

import type { DeploymentView, FailureView } from '../../../src/shared/contract/deployment-view.js';
import { Note } from '../elements/note.jsx';

const BLAME: Readonly<Record<FailureView['blame'], string>> = {
  request: 'The request has to change',
  release: 'The version has to change',
  platform: 'The platform failed; trying again may help',
  operator: 'Somebody has to set up something',
};

const ROLLBACK: Readonly<Record<NonNullable<DeploymentView['rollback']>['outcome'], string>> = {
  running: 'is being put back',
  done: 'runs again',
  failed: 'could not be put back',
  impossible: 'could not be put back',
};

/** Why a deployment did not succeed, what runs now, and what to do. Nothing for one that goes well. */
export function Reason({ deployment }: { readonly deployment: DeploymentView }) {
  const { failure, rollback, baseline, state, cancel, terminal } = deployment;
  return (
    <>
      {failure && (
        <Note
          tone={state === 'rolled_back' || state === 'rolling_back' ? 'warn' : 'bad'}
          title={failure.title}
        >
          <p className="reason-detail">{failure.detail}</p>
          <p>{failure.hint}</p>
          <p className="faint">
            {BLAME[failure.blame]} · <code>{failure.code}</code>
          </p>
        </Note>
      )}
      {rollback && (
        <Note tone={rollback.outcome === 'done' ? 'good' : rollback.outcome === 'running' ? 'busy' : 'bad'}>
          <p>
            <strong>{baseline ?? 'What ran before'}</strong> {ROLLBACK[rollback.outcome]}.
          </p>
          {rollback.failure && (
            <p>
              {rollback.failure.title}: {rollback.failure.detail}. {rollback.failure.hint}
            </p>
          )}
        </Note>
      )}
      {cancel && !terminal && (
        <Note tone="warn" title="It is being stopped">
          <p>
            {cancel.by}: {cancel.reason}
          </p>
        </Note>
      )}
    </>
  );
}

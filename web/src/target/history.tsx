import { useState } from 'react';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import { DeploymentRow } from '../deployments/deployment-row.jsx';
import { Button } from '../elements/button.jsx';
import { OperationRow } from '../operations/operation-row.jsx';
import { useWhyNot } from '../session/session.js';
import type { Happened } from './happened.js';
import { RepeatDialog } from './repeat-dialog.jsx';

/**
 * What happened to one target, newest first. Deployments that succeeded can be gone back to; what that undoes is marked.
 */
export function History({
  happened,
  running,
  place,
}: {
  readonly happened: readonly Happened[];
  /** The deployment whose version runs, where that is known. */
  readonly running: string | undefined;
  readonly place: { readonly service: string; readonly environment: string };
}) {
  const [pointed, setPointed] = useState<string>();
  const [asked, setAsked] = useState<DeploymentView>();
  const whyNot = useWhyNot('deploy', place);
  const deployments = happened.flatMap((each) => (each.what === 'deployment' ? [each.deployment] : []));
  const at = deployments.findIndex(({ id }) => id === pointed);
  const runs = deployments.find(({ id }) => id === running);
  return (
    <>
      <div className="rows history">
        {happened.map((each) => {
          if (each.what === 'operation')
            return <OperationRow key={each.operation.id} operation={each.operation} />;
          const { deployment } = each;
          const { id, state, version } = deployment;
          const isUndone = deployments.indexOf(deployment) < at && state === 'succeeded';
          return (
            <div
              key={id}
              className={`history-row ${isUndone ? 'is-undone' : ''} ${id === running ? 'is-running' : ''}`}
            >
              <DeploymentRow deployment={deployment} />
              <span
                className="history-action"
                onMouseEnter={() => setPointed(id)}
                onMouseLeave={() => setPointed(undefined)}
                onFocus={() => setPointed(id)}
                onBlur={() => setPointed(undefined)}
              >
                {state === 'succeeded' && (
                  <Button onClick={() => setAsked(deployment)} whyNot={whyNot}>
                    {id === running || version === runs?.version ? 'Deploy again' : `Roll back to ${version}`}
                  </Button>
                )}
              </span>
            </div>
          );
        })}
      </div>
      {asked && <RepeatDialog deployment={asked} runs={runs} onClose={() => setAsked(undefined)} />}
    </>
  );
}

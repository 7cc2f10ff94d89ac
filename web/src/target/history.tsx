import { useState } from 'react';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import { DeploymentRow } from '../deployments/deployment-row.jsx';
import { Button } from '../elements/button.jsx';
import { useWhyNot } from '../session/session.js';
import { RepeatDialog } from './repeat-dialog.jsx';

/** Deployments of one target, newest first. Those that succeeded can be gone back to; what that undoes is marked. */
export function History({
  deployments,
  running,
}: {
  readonly deployments: readonly DeploymentView[];
  /** The deployment whose version runs, where that is known. */
  readonly running: string | undefined;
}) {
  const [pointed, setPointed] = useState<string>();
  const [asked, setAsked] = useState<DeploymentView>();
  const { service = '', environment = '' } = deployments[0] ?? {};
  const whyNot = useWhyNot('deploy', { service, environment });
  const at = deployments.findIndex(({ id }) => id === pointed);
  const runs = deployments.find(({ id }) => id === running);
  return (
    <>
      <div className="rows history">
        {deployments.map((each, index) => {
          const isUndone = index < at && each.state === 'succeeded';
          return (
            <div
              key={each.id}
              className={`history-row ${isUndone ? 'is-undone' : ''} ${each.id === running ? 'is-running' : ''}`}
            >
              <DeploymentRow deployment={each} />
              <span
                className="history-action"
                onMouseEnter={() => setPointed(each.id)}
                onMouseLeave={() => setPointed(undefined)}
                onFocus={() => setPointed(each.id)}
                onBlur={() => setPointed(undefined)}
              >
                {each.state === 'succeeded' && (
                  <Button onClick={() => setAsked(each)} whyNot={whyNot}>
                    {each.id === running || each.version === runs?.version
                      ? 'Deploy again'
                      : `Roll back to ${each.version}`}
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

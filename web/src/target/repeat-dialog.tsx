import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import { call } from '../api/call.js';
import { newKey } from '../api/new-key.js';
import { Dialog } from '../elements/dialog.jsx';
import { ReasonForm } from '../elements/reason-form.jsx';
import { Ago } from '../elements/time.jsx';

/** Deploys exactly what an earlier deployment deployed, after a reason and a word about what that does not bring back. */
export function RepeatDialog({
  deployment,
  runs,
  onClose,
}: {
  readonly deployment: DeploymentView;
  readonly runs: DeploymentView | undefined;
  readonly onClose: () => void;
}) {
  const { id, service, environment, version, finishedAt } = deployment;
  const [, go] = useLocation();
  const [key] = useState(newKey);
  const isBack = runs !== undefined && runs.version !== version;
  const repeat = useMutation({
    mutationFn: (reason: string) =>
      call<DeploymentView>('POST', `v1/deployments/${id}/redeploy`, {
        body: { reason },
        headers: { 'idempotency-key': key },
      }),
    onSuccess: (made) => go(`/deployments/${made.id}`),
  });
  const action = isBack ? `Roll back to ${version}` : `Deploy ${version} again`;
  return (
    <Dialog title={`${action}: ${service} in ${environment}`} onClose={onClose}>
      <ReasonForm
        deed={repeat}
        action={action}
        look={isBack ? 'danger' : 'main'}
        onLeave={onClose}
        placeholder="Customers cannot pay"
      >
        <p className="repeat-change">
          <span className="version">{runs?.version ?? 'what runs'}</span> <span className="faint">→</span>{' '}
          <strong className="version">{version}</strong>
          {finishedAt && (
            <span className="faint">
              {' '}
              as it was deployed <Ago at={finishedAt} />
            </span>
          )}
        </p>
        <p>
          Version, artifact, settings and checks are those of that deployment.{' '}
          <strong>Not brought back:</strong> databases and their migrations, queues, secrets, and whatever
          other services expect by now.
        </p>
      </ReasonForm>
    </Dialog>
  );
}

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Dialog } from '../elements/dialog.jsx';
import { ReasonForm } from '../elements/reason-form.jsx';
import { useWhyNot } from '../session/session.js';

/** Approves of a deployment that waits for people. */
export function ApproveButton({ deployment }: { readonly deployment: DeploymentView }) {
  const { id, service, environment, version } = deployment;
  const [open, setOpen] = useState(false);
  const whyNot = useWhyNot('approve', { service, environment });
  const approve = useMutation({
    mutationFn: (reason: string) =>
      call('POST', `v1/deployments/${id}/approve`, { body: reason === '' ? {} : { reason } }),
    onSuccess: () => setOpen(false),
  });
  return (
    <>
      <Button look="main" icon="check" onClick={() => setOpen(true)} whyNot={whyNot}>
        Approve
      </Button>
      {open && (
        <Dialog
          title={`Approve of ${version} on ${service} in ${environment}?`}
          onClose={() => setOpen(false)}
        >
          <ReasonForm
            deed={approve}
            action="Approve"
            look="main"
            onLeave={() => setOpen(false)}
            placeholder="Tried it on staging"
            reason="optional"
          >
            <p>It starts when enough people have approved of it.</p>
          </ReasonForm>
        </Dialog>
      )}
    </>
  );
}

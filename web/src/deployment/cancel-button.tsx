import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Dialog } from '../elements/dialog.jsx';
import { ReasonForm } from '../elements/reason-form.jsx';
import { useWhyNot } from '../session/session.js';

/** Stops a deployment, with a reason that everybody will read. */
export function CancelButton({ deployment }: { readonly deployment: DeploymentView }) {
  const { id, service, environment, wrote, cancel } = deployment;
  const [open, setOpen] = useState(false);
  const whyNot = useWhyNot('cancel', { service, environment });
  const stop = useMutation({
    mutationFn: (reason: string) => call('POST', `v1/deployments/${id}/cancel`, { body: { reason } }),
    onSuccess: () => setOpen(false),
  });
  return (
    <>
      <Button onClick={() => setOpen(true)} whyNot={cancel ? 'It is being stopped already' : whyNot}>
        {wrote ? 'Cancel and roll back' : 'Cancel'}
      </Button>
      {open && (
        <Dialog
          title={`Stop ${deployment.version} on ${service} in ${environment}?`}
          onClose={() => setOpen(false)}
        >
          <ReasonForm
            deed={stop}
            action={wrote ? 'Cancel and roll back' : 'Cancel the deployment'}
            look="danger"
            leave="Let it run"
            onLeave={() => setOpen(false)}
            placeholder="Wrong version"
          >
            <p>
              {wrote
                ? 'The target was changed already: what ran before is put back.'
                : 'Nothing was changed yet: the deployment simply ends.'}
            </p>
          </ReasonForm>
        </Dialog>
      )}
    </>
  );
}

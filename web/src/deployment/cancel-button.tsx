import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Dialog } from '../elements/dialog.jsx';
import { Field } from '../elements/field.jsx';
import { ProblemNote } from '../elements/note.jsx';
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
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = new FormData(event.currentTarget).get('reason');
    if (typeof reason === 'string') stop.mutate(reason.trim());
  };
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
          <form onSubmit={submit}>
            <p>
              {wrote
                ? 'The target was changed already: what ran before is put back.'
                : 'Nothing was changed yet: the deployment simply ends.'}
            </p>
            <Field label="Reason">
              <input name="reason" required maxLength={500} autoFocus placeholder="Wrong version" />
            </Field>
            {stop.error && <ProblemNote error={stop.error} />}
            <div className="actions">
              <Button look="quiet" onClick={() => setOpen(false)}>
                Let it run
              </Button>
              <Button type="submit" look="danger" whyNot={stop.isPending ? 'One moment' : undefined}>
                {wrote ? 'Cancel and roll back' : 'Cancel the deployment'}
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}

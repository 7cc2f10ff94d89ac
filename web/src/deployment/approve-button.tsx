import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Dialog } from '../elements/dialog.jsx';
import { Field } from '../elements/field.jsx';
import { ProblemNote } from '../elements/note.jsx';
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
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = new FormData(event.currentTarget).get('reason');
    approve.mutate(typeof reason === 'string' ? reason.trim() : '');
  };
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
          <form onSubmit={submit}>
            <p>It starts when enough people have approved of it.</p>
            <Field label="Reason" hint="Optional">
              <input name="reason" maxLength={500} autoFocus placeholder="Tried it on staging" />
            </Field>
            {approve.error && <ProblemNote error={approve.error} />}
            <div className="actions">
              <Button type="submit" look="main" whyNot={approve.isPending ? 'One moment' : undefined}>
                Approve
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}

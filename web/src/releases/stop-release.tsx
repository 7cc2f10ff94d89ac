import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Dialog } from '../elements/dialog.jsx';
import { Field } from '../elements/field.jsx';
import { ProblemNote } from '../elements/note.jsx';
import { useWhyNot } from '../session/session.js';
import { releaseQuery } from './release-queries.js';

/** Stops a release, with a reason that everybody will read. */
export function StopRelease({ id }: { readonly id: string }) {
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const whyNot = useWhyNot('cancel');
  const stop = useMutation({
    mutationFn: (reason: string) => call('POST', `v1/releases/${id}/cancel`, { body: { reason } }),
    onSuccess: () => setOpen(false),
    onSettled: () => client.invalidateQueries({ queryKey: releaseQuery(id).queryKey }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = new FormData(event.currentTarget).get('reason');
    if (typeof reason === 'string') stop.mutate(reason.trim());
  };
  return (
    <>
      <Button onClick={() => setOpen(true)} whyNot={stop.isSuccess ? 'It is being stopped already' : whyNot}>
        Stop the release
      </Button>
      {open && (
        <Dialog title="Stop the release?" onClose={() => setOpen(false)}>
          <form onSubmit={submit}>
            <p>No more services start, and those under way are cancelled. What has succeeded stays.</p>
            <Field label="Reason">
              <input name="reason" required maxLength={500} autoFocus placeholder="Wrong version" />
            </Field>
            {stop.error && <ProblemNote error={stop.error} />}
            <div className="actions">
              <Button look="quiet" onClick={() => setOpen(false)}>
                Let it run
              </Button>
              <Button type="submit" look="danger" whyNot={stop.isPending ? 'One moment' : undefined}>
                Stop it
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}

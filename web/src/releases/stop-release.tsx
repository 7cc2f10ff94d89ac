import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Dialog } from '../elements/dialog.jsx';
import { ReasonForm } from '../elements/reason-form.jsx';
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
  return (
    <>
      <Button onClick={() => setOpen(true)} whyNot={stop.isSuccess ? 'It is being stopped already' : whyNot}>
        Stop the release
      </Button>
      {open && (
        <Dialog title="Stop the release?" onClose={() => setOpen(false)}>
          <ReasonForm
            deed={stop}
            action="Stop it"
            look="danger"
            leave="Let it run"
            onLeave={() => setOpen(false)}
            placeholder="Wrong version"
          >
            <p>No more services start, and those under way are cancelled. What has succeeded stays.</p>
          </ReasonForm>
        </Dialog>
      )}
    </>
  );
}

import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useLocation } from 'wouter';
import type { ReleaseView } from '../../../src/shared/contract/release.js';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Dialog } from '../elements/dialog.jsx';
import { Field } from '../elements/field.jsx';
import { ProblemNote } from '../elements/note.jsx';

/** Brings a whole environment back to a snapshot: one deployment for each service that differs. */
export function RestoreDialog({
  environment,
  snapshot,
  onClose,
}: {
  readonly environment: string;
  readonly snapshot: string;
  readonly onClose: () => void;
}) {
  const [, go] = useLocation();
  const restore = useMutation({
    mutationFn: (reason: string) =>
      call<ReleaseView>('POST', `v1/environments/${environment}/restore`, { body: { snapshot, reason } }),
    onSuccess: ({ id }) => go(`/releases/${id}`),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = new FormData(event.currentTarget).get('reason');
    if (typeof reason === 'string') restore.mutate(reason.trim());
  };
  return (
    <Dialog title={`Restore ${environment} to ${snapshot.slice(0, 12)}?`} onClose={onClose}>
      <form onSubmit={submit}>
        <p>Every service that differs from the snapshot is deployed again exactly as it was then.</p>
        <p>
          <strong>Not brought back:</strong> databases and their migrations, queues and secrets.
        </p>
        <Field label="Reason">
          <input
            name="reason"
            required
            maxLength={500}
            autoFocus
            placeholder="Back to what worked on Monday"
          />
        </Field>
        {restore.error && <ProblemNote error={restore.error} />}
        <div className="actions">
          <Button look="quiet" onClick={onClose}>
            Leave it
          </Button>
          <Button type="submit" look="danger" whyNot={restore.isPending ? 'One moment' : undefined}>
            Restore the environment
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

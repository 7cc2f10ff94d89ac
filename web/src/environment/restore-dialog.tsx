import { useMutation } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { ReleaseView } from '../../../src/shared/contract/release.js';
import { call } from '../api/call.js';
import { Dialog } from '../elements/dialog.jsx';
import { ReasonForm } from '../elements/reason-form.jsx';

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
  return (
    <Dialog title={`Restore ${environment} to ${snapshot.slice(0, 12)}?`} onClose={onClose}>
      <ReasonForm
        deed={restore}
        action="Restore the environment"
        look="danger"
        onLeave={onClose}
        placeholder="Back to what worked on Monday"
      >
        <p>Every service that differs from the snapshot is deployed again exactly as it was then.</p>
        <p>
          <strong>Not brought back:</strong> databases and their migrations, queues and secrets.
        </p>
      </ReasonForm>
    </Dialog>
  );
}

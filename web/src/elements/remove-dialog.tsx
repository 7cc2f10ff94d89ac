import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call } from '../api/call.js';
import { Button } from './button.jsx';
import { Dialog } from './dialog.jsx';
import { ProblemNote } from './note.jsx';

/** Asks before something is removed; the children say what follows. */
export function RemoveDialog({
  name,
  path,
  onClose,
  children,
}: {
  readonly name: string;
  readonly path: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => call('DELETE', path),
    onSuccess: onClose,
    onSettled: () => client.invalidateQueries(),
  });
  return (
    <Dialog title={`Remove ${name}?`} onClose={onClose}>
      <p>{children}</p>
      {remove.error && <ProblemNote error={remove.error} />}
      <div className="actions">
        <Button look="quiet" onClick={onClose}>
          Keep it
        </Button>
        <Button
          look="danger"
          onClick={() => remove.mutate()}
          whyNot={remove.isPending ? 'One moment' : undefined}
        >
          Remove {name}
        </Button>
      </div>
    </Dialog>
  );
}

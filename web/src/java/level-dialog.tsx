import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { Button } from '../elements/button.jsx';
import { Dialog } from '../elements/dialog.jsx';
import { Field } from '../elements/field.jsx';
import { ProblemNote } from '../elements/note.jsx';
import { askAgent } from './ask-agent.js';
import { changeRequest, type Level, type Logger } from './loggers.js';

/** Sets the level of a logger in one pod, with a reason for the audit log. */
export function LevelDialog({
  path,
  pod,
  logger,
  level,
  onDone,
  onClose,
}: {
  readonly path: string;
  readonly pod: string;
  readonly logger: Logger;
  readonly level: Level;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const change = useMutation({
    mutationFn: async (reason: string) => {
      const [answer] = await askAgent(path, [changeRequest(logger, level)], { reason });
      if (answer?.status !== 200) throw new Error(answer?.error ?? 'The agent did not say');
    },
    onSuccess: onDone,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = new FormData(event.currentTarget).get('reason');
    if (typeof reason === 'string') change.mutate(reason.trim());
  };
  return (
    <Dialog title={`Set ${logger.name || 'the root logger'} to ${level}?`} onClose={onClose}>
      <form onSubmit={submit}>
        <p>In {pod} alone, until the process ends or somebody sets another level.</p>
        <Field label="Reason">
          <input name="reason" required maxLength={300} autoFocus placeholder="Orders hang" />
        </Field>
        {change.error && <ProblemNote error={change.error} />}
        <div className="actions">
          <Button look="quiet" onClick={onClose}>
            Leave it
          </Button>
          <Button type="submit" look="main" whyNot={change.isPending ? 'One moment' : undefined}>
            Set to {level}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

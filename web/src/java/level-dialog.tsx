import { useMutation } from '@tanstack/react-query';
import { Dialog } from '../elements/dialog.jsx';
import { ReasonForm } from '../elements/reason-form.jsx';
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
  return (
    <Dialog title={`Set ${logger.name || 'the root logger'} to ${level}?`} onClose={onClose}>
      <ReasonForm
        deed={change}
        action={`Set to ${level}`}
        look="main"
        onLeave={onClose}
        placeholder="Orders hang"
        most={300}
      >
        <p>In {pod} alone, until the process ends or somebody sets another level.</p>
      </ReasonForm>
    </Dialog>
  );
}

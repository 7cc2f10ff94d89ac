import { useMutation } from '@tanstack/react-query';
import type { LogsView } from '../../../src/shared/contract/live-view.js';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Note, ProblemNote } from '../elements/note.jsx';
import { useWhyNot } from '../session/session.js';

/** Pulls the ends of the log files of all instances when asked to; it takes the platform some seconds. */
export function InstanceLogs({
  service,
  environment,
}: {
  readonly service: string;
  readonly environment: string;
}) {
  const denied = useWhyNot('logs', { service, environment });
  const pull = useMutation({
    mutationFn: () =>
      call<LogsView>('POST', `v1/targets/${service}/${environment}/live/logs`, { body: { kind: 'tail' } }),
  });
  return (
    <section className="instance-logs" aria-label="Logs of the instances">
      <Button
        whyNot={denied ?? (pull.isPending ? 'The instances are asked' : undefined)}
        onClick={() => pull.mutate()}
      >
        Pull the logs
      </Button>
      {pull.error && <ProblemNote error={pull.error} />}
      {pull.data !== undefined && pull.data.missing.length > 0 && (
        <Note tone="warn" title={`Nothing came in time from ${pull.data.missing.join(', ')}`} />
      )}
      {pull.data?.logs.map(({ instance, files }) => (
        <details key={instance} className="panel">
          <summary>{instance}</summary>
          {files?.map(({ file, lines }) => (
            <div key={file}>
              <h3>{file}</h3>
              <pre tabIndex={0}>{lines.join('\n')}</pre>
            </div>
          ))}
        </details>
      ))}
    </section>
  );
}

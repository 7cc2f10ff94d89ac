import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import type { RecordingView } from '../../../src/shared/contract/live-exec.js';
import { addressOf, call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Empty, Note } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { Ago, Span } from '../elements/time.jsx';
import { useWhyNot } from '../session/session.js';
import './recordings.css';

interface RecordingsProps {
  readonly service: string;
  readonly environment: string;
}

/** Whoever had a shell on a target, and what it showed. The one that is played is in the address. */
export function Recordings({ service, environment }: RecordingsProps) {
  const place = { service, environment };
  const denied = useWhyNot('exec', place);
  const [params, setParams] = useSearchParams();
  const recordings = useQuery({
    queryKey: ['recordings', service, environment],
    queryFn: async ({ signal }) => {
      const path = `v1/targets/${service}/${environment}/live/recordings`;
      return (await call<{ recordings: RecordingView[] }>('GET', path, { signal })).recordings;
    },
    enabled: denied === undefined,
    staleTime: 0,
    retry: false,
  });
  if (denied !== undefined) return <Note tone="calm" title={denied} />;
  const played = params.get('recording');
  const play = (id: string | null) =>
    setParams((now) => {
      if (id === null) now.delete('recording');
      else now.set('recording', id);
      return now;
    });
  return (
    <Shown query={recordings}>
      {(found) =>
        found.length === 0 ? (
          <Empty title="Nobody had a shell here yet">
            <p>
              Shells are opened from a pod, where the environment allows them. What they show is recorded.
            </p>
          </Empty>
        ) : (
          <>
            <div className="rows">
              {found.map((recording) => (
                <RecordingRow
                  key={recording.id}
                  recording={recording}
                  isPlayed={recording.id === played}
                  onPlay={() => play(recording.id === played ? null : recording.id)}
                />
              ))}
            </div>
            {played !== null && (
              <iframe
                key={played}
                className="player"
                title="Recording"
                src={addressOf('replay', { ...place, recording: played })}
                allow="clipboard-write"
              />
            )}
          </>
        )
      }
    </Shown>
  );
}

function RecordingRow({
  recording,
  isPlayed,
  onPlay,
}: {
  readonly recording: RecordingView;
  readonly isPlayed: boolean;
  readonly onPlay: () => void;
}) {
  const { person, pod, container, shell, startedAt, endedAt, exitCode, reason } = recording;
  return (
    <div className="row recording-row">
      <strong>{person}</strong>
      <span title={`${pod}/${container}`}>
        {pod} <span className="faint">{shell}</span>
      </span>
      <span className="faint">{howItEnded(endedAt, exitCode, reason)}</span>
      <span className="row-span">{endedAt !== undefined && <Span from={startedAt} to={endedAt} />}</span>
      <span className="row-ago faint">
        <Ago at={startedAt} />
      </span>
      <Button
        pressed={isPlayed}
        onClick={onPlay}
        label={`Play the shell of ${person} in ${pod}`}
        whyNot={endedAt === undefined ? 'Nothing is kept of a shell before it ends' : undefined}
      >
        Play
      </Button>
    </div>
  );
}

/** In words; one that never ended runs still, or its gateway was lost. */
export function howItEnded(
  endedAt: string | undefined,
  exitCode: number | undefined,
  reason: string | undefined,
): string {
  if (endedAt === undefined) return 'runs, or was lost with its gateway';
  const code = exitCode === undefined ? '' : `exit code ${exitCode}`;
  return [code, reason].filter(Boolean).join(' · ');
}

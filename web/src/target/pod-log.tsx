import { useLayoutEffect, useReducer, useRef, useState } from 'react';
import type { DroppedLines, TailLine, TailNotice } from '../../../src/shared/contract/live-tail.js';
import { useEvents } from '../api/use-events.js';
import { ProblemNote } from '../elements/note.jsx';

/** Lines that are kept and shown; older ones leave. */
const MOST_LINES = 2_000;

interface Shown {
  readonly key: number;
  readonly kind: 'line' | 'remark';
  readonly pod: string;
  readonly at: string;
  readonly text: string;
}

/** What the containers of a pod, or of all pods, write, as they write it. It follows until the user scrolls up. */
export function PodLog({ path, pod }: { readonly path: string; readonly pod: string }) {
  const [lines, add] = useReducer(keepLast, []);
  const [follows, setFollows] = useState(true);
  const scroller = useRef<HTMLDivElement>(null);
  const address = `${path}/logs?tail=200${pod === '' ? '' : `&pod=${encodeURIComponent(pod)}`}`;
  const connection = useEvents(address, {
    lines: (data) =>
      add((data as { lines: TailLine[] }).lines.map(({ pod: from, at, text }) => line(from, at, text))),
    dropped: (data) => {
      const { pod: from, lines: count } = data as DroppedLines;
      add([remark(from, `${count} lines were dropped: they came faster than this page reads`)]);
    },
    notice: (data) => {
      const { pod: from, text } = data as TailNotice;
      add([remark(from, text)]);
    },
  });
  useLayoutEffect(() => {
    if (follows && scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [lines, follows]);
  if (connection.name === 'refused') return <ProblemNote error={connection.error} />;
  return (
    <section className="panel log" aria-label={pod === '' ? 'Log of all pods' : `Log of ${pod}`}>
      <div className="log-tools">
        <strong>{pod === '' ? 'All pods' : pod}</strong>
        <span className={`log-status tone-${connection.name === 'live' ? 'busy' : 'warn'}`} role="status">
          {connection.name === 'live' ? (follows ? 'live' : 'live, standing still') : connection.name}
        </span>
      </div>
      <div
        ref={scroller}
        className="log-scroller pod-lines"
        tabIndex={0}
        role="region"
        aria-label="Lines"
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
          setFollows(scrollTop >= scrollHeight - clientHeight - 4)
        }
      >
        {lines.map(({ key, kind, pod: from, at, text }) => (
          <div key={key} className={`pod-line is-${kind}`}>
            <time className="log-time" dateTime={at}>
              {at.slice(11, 23)}
            </time>
            {pod === '' && <span className="log-step">{from.split('-').at(-1)}</span>}
            <span>{text}</span>
          </div>
        ))}
      </div>
    </section>
  );
}

type Fresh = Omit<Shown, 'key'>;

function keepLast(known: readonly Shown[], fresh: readonly Fresh[]): readonly Shown[] {
  const first = (known.at(-1)?.key ?? 0) + 1;
  return [...known, ...fresh.map((each, index) => ({ ...each, key: first + index }))].slice(-MOST_LINES);
}

function line(pod: string, at: string, text: string): Fresh {
  return { kind: 'line', pod, at, text };
}

function remark(pod: string, text: string): Fresh {
  return { kind: 'remark', pod, at: new Date().toISOString(), text };
}

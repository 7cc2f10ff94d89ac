import { useLayoutEffect, useRef, useState } from 'react';
import { runsOf } from '../log/colours.js';
import { useClientHeight } from '../log/use-client-height.js';
import { Icon } from '../elements/icon.jsx';
import type { TailLines, TailRow, TailState } from './tail-lines.js';

/** Height of a row in pixels, as in `tail.css`. */
const ROW = 20;
/** Rows drawn beyond both edges. */
const BEYOND = 20;

interface PaneProps {
  readonly lines: TailLines;
  readonly state: TailState;
  /** Whether rows say which pod they are of. */
  readonly manyPods: boolean;
  readonly follows: boolean;
  readonly onFollow: (follows: boolean) => void;
}

/** The rows that are seen and no others. It goes along with the end until the user scrolls up. */
export function TailPane({ lines, state, manyPods, follows, onFollow }: PaneProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const own = useRef({ top: 0, left: 0 });
  const [scrollTop, setScrollTop] = useState(0);
  const view = useClientHeight(scroller);
  const [seen, setSeen] = useState(0);
  const { rows, left } = state;
  const end = left + rows.length;

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    if (follows) element.scrollTop = element.scrollHeight;
    // Rows that left above must not move those that are read.
    else if (left > own.current.left) element.scrollTop -= (left - own.current.left) * ROW;
    own.current = { top: element.scrollTop, left };
    setScrollTop(element.scrollTop);
    if (follows) setSeen(end);
  }, [rows, left, follows, view, end]);

  const scroll = () => {
    const element = scroller.current;
    if (!element) return;
    const now = element.scrollTop;
    const isAtEnd = now >= element.scrollHeight - element.clientHeight - 4;
    if (now < own.current.top - 2 && follows) onFollow(false);
    else if (isAtEnd && !follows) onFollow(true);
    own.current.top = now;
    setScrollTop(now);
  };

  const start = Math.max(0, Math.floor(scrollTop / ROW) - BEYOND);
  const stop = Math.min(rows.length, Math.ceil((scrollTop + view) / ROW) + BEYOND);
  const fresh = follows ? 0 : end - seen;
  return (
    <div className="log-frame">
      <div
        ref={scroller}
        className="log-scroller tail-scroller"
        tabIndex={0}
        role="region"
        aria-label="Lines"
        onScroll={scroll}
      >
        <div className="tail-whole" style={{ blockSize: rows.length * ROW }}>
          <div style={{ transform: `translateY(${start * ROW}px)` }}>
            {rows.slice(start, stop).map((row, index) => (
              <TailLineRow
                key={left + start + index}
                row={row}
                hue={lines.hueOf(row.pod)}
                manyPods={manyPods}
              />
            ))}
          </div>
        </div>
      </div>
      {fresh > 0 && (
        <button type="button" className="log-fresh" onClick={() => onFollow(true)}>
          {fresh.toLocaleString('en')} new {fresh === 1 ? 'line' : 'lines'} <Icon name="down" />
        </button>
      )}
    </div>
  );
}

function TailLineRow({
  row: { kind, pod, container, at, text },
  hue,
  manyPods,
}: {
  readonly row: TailRow;
  readonly hue: number;
  readonly manyPods: boolean;
}) {
  return (
    <div className={`tail-row is-${kind}`}>
      <time className="log-time" dateTime={at} title={at}>
        {at.slice(11, 23)}
      </time>
      {manyPods && (
        <span className={`tail-pod hue-${hue}`} title={`${pod}/${container}`}>
          {pod.split('-').at(-1)}
        </span>
      )}
      <span className="tail-text">
        {runsOf(text).map((run, place) => (
          <span key={place} className={run.look}>
            {run.text}
          </span>
        ))}
      </span>
    </div>
  );
}

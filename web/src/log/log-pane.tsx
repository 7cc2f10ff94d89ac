import { useEffect, useLayoutEffect, useRef, useState, type MouseEvent } from 'react';
import { Icon } from '../elements/icon.jsx';
import type { LineRange } from './line-link.js';
import type { LogLines, LogState } from './log-lines.js';
import { LogRow } from './log-row.jsx';
import { BEYOND, LEAD, ROW, scrollTo, windowOf, type LogWindow } from './log-window.js';
import { useClientHeight } from './use-client-height.js';

/** Wrapped logs up to this length are drawn as a whole, each line as high as it is. */
const MOST_FLOWING = 2_000;

/** Where the view stands: at the end and going along with it, on its way to a line, or wherever the user scrolled. */
export type Look = 'end' | 'free' | { readonly line: number };

interface LogPaneProps {
  readonly lines: LogLines;
  readonly log: LogState;
  readonly look: Look;
  readonly onLook: (look: Look) => void;
  readonly marked: LineRange | undefined;
  readonly found: number | undefined;
  readonly term: string;
  readonly wrap: boolean;
  readonly onNumber: (n: number, event: MouseEvent) => void;
}

/** Draws the lines that are seen and no others, however many there are. */
export function LogPane({ lines, log, look, onLook, marked, found, term, wrap, onNumber }: LogPaneProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  /** Where this component itself scrolled to last: anything above it was the user. */
  const own = useRef(0);
  const [scrollTop, setScrollTop] = useState(0);
  const view = useClientHeight(scroller);
  const [leftAt, setLeftAt] = useState(0);
  const { length } = log;
  const flows = wrap && length <= MOST_FLOWING;
  const seen = windowOf(length, view, scrollTop);
  const [start, end] = flows ? [0, length] : [seen.start, seen.end];

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || length === 0) return;
    if (look === 'end') element.scrollTop = element.scrollHeight;
    else if (look === 'free') return;
    else if (flows) element.scrollTop = placeOf(rows.current, look.line - 1) - view * LEAD;
    else element.scrollTop = scrollTo(length, view, look.line - 1);
    own.current = element.scrollTop;
    setScrollTop(element.scrollTop);
    if (look !== 'end') setLeftAt(length);
  }, [look, length, view, wrap, flows]);

  useLayoutEffect(() => {
    if (!rows.current) return;
    const plain = (seen.start - seen.top) * ROW - seen.above;
    const shift = flows ? 0 : wrap ? shiftOfWrapped(rows.current, seen, length, view) : plain;
    rows.current.style.transform = shift === 0 ? '' : `translateY(${shift}px)`;
  });

  useEffect(() => lines.want(start + 1, end), [lines, start, end, length]);

  const scroll = () => {
    const element = scroller.current;
    if (!element) return;
    const now = element.scrollTop;
    setScrollTop(now);
    const isAtEnd = now >= element.scrollHeight - element.clientHeight - 2;
    if (now < own.current - 2 && look !== 'free') {
      setLeftAt(length);
      onLook('free');
    } else if (isAtEnd && look === 'free') onLook('end');
    own.current = now;
  };

  const fresh = look === 'end' ? 0 : length - leftAt;
  return (
    <div className="log-frame">
      <div
        ref={scroller}
        className={`log-scroller ${wrap ? 'is-wrapped' : ''}`}
        onScroll={scroll}
        tabIndex={0}
        role="region"
        aria-label="Lines of the log"
      >
        <div
          className="log-whole-height"
          style={
            flows
              ? {}
              : { blockSize: seen.height, ...(!wrap && { minInlineSize: `calc(${log.longest}ch + 17rem)` }) }
          }
        >
          <div className="log-view" style={flows ? {} : { blockSize: Math.min(view, seen.height) }}>
            <div ref={rows} className="log-rows">
              {Array.from({ length: end - start }, (_, index) => {
                const n = start + index + 1;
                return (
                  <LogRow
                    key={n}
                    n={n}
                    line={lines.line(n)}
                    marked={marked !== undefined && n >= marked.from && n <= marked.to}
                    found={n === found}
                    term={term}
                    onNumber={onNumber}
                  />
                );
              })}
            </div>
          </div>
        </div>
      </div>
      {fresh > 0 && (
        <button type="button" className="log-fresh" onClick={() => onLook('end')}>
          {fresh.toLocaleString('en')} new {fresh === 1 ? 'line' : 'lines'} <Icon name="down" />
        </button>
      )}
    </div>
  );
}

/** Pixels above a row that is drawn. */
function placeOf(rows: HTMLElement | null, index: number): number {
  const row = rows?.children[index];
  return row instanceof HTMLElement ? row.offsetTop : 0;
}

/**
 * Wrapped lines have heights of their own, which are known only once they are drawn: the line at the upper edge goes
 * there. Close to the end the view glides on to where the last line stands at the lower edge.
 */
function shiftOfWrapped(
  rows: HTMLElement,
  { top, above, start, end }: LogWindow,
  length: number,
  view: number,
): number {
  const row = rows.children[top - start];
  if (!(row instanceof HTMLElement)) return 0;
  const wanted = -(row.offsetTop + (above / ROW) * row.offsetHeight);
  if (end < length) return wanted;
  const left = Math.max(0, length - view / ROW - (top + above / ROW));
  const nearness = 1 - Math.min(1, left / BEYOND);
  return wanted + (view - rows.offsetHeight - wanted) * nearness;
}

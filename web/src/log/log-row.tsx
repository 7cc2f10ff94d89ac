import { memo, type MouseEvent } from 'react';
import type { JournalLine } from '../../../src/shared/contract/journal-page.js';
import { marked as withMark, runsOf, seenOf } from './colours.js';
import { addressOfLines } from './lines-address.js';

/** One line: number, time, step and text. A line that is not there yet keeps its place. */
export const LogRow = memo(function LogRow({
  n,
  line,
  marked,
  found,
  term,
  onNumber,
}: {
  readonly n: number;
  readonly line: JournalLine | undefined;
  readonly marked: boolean;
  /** Whether it is the place where the search stands. */
  readonly found: boolean;
  readonly term: string;
  readonly onNumber: (n: number, event: MouseEvent) => void;
}) {
  const classes = [
    'log-row',
    line && `is-${line.level} is-${line.kind}`,
    marked && 'is-marked',
    found && 'is-found',
  ];
  return (
    <div className={classes.filter(Boolean).join(' ')} data-n={n}>
      <a
        className="log-n"
        href={addressOfLines({ from: n, to: n })}
        onClick={(event) => onNumber(n, event)}
        tabIndex={-1}
      >
        {n}
      </a>
      {line ? (
        <>
          <time className="log-time" dateTime={line.at} title={line.at}>
            {line.at.slice(11, 23)}
          </time>
          <span className="log-step">{line.step?.replace(/^(forward|back|verify):/, '')}</span>
          <span className="log-text">
            <LineText text={line.text} term={term} />
          </span>
        </>
      ) : (
        <span className="log-gap" />
      )}
    </div>
  );
});

/** The text in its colours, with the first place marked where it holds the term. */
function LineText({ text, term }: { readonly text: string; readonly term: string }) {
  const at = term === '' ? -1 : seenOf(text).toLowerCase().indexOf(term.toLowerCase());
  if (at < 0 && !text.includes('\u001b')) return text;
  return withMark(runsOf(text), at, at < 0 ? at : at + term.length).map((run, place) =>
    run.marked ? (
      <mark key={place}>{run.text}</mark>
    ) : (
      <span key={place} className={run.look}>
        {run.text}
      </span>
    ),
  );
}

import { useCallback, useEffect, useRef, useState, useSyncExternalStore, type MouseEvent } from 'react';
import { useSearchParams } from 'wouter';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import type { JournalLine } from '../../../src/shared/contract/journal-page.js';
import { useStream } from '../api/live.jsx';
import { ProblemNote } from '../elements/note.jsx';
import { readLines, type LineRange } from './line-link.js';
import { addressOfLines } from './lines-address.js';
import { createLogLines } from './log-lines.js';
import { LogPane, type Look } from './log-pane.jsx';
import { useLogSearch } from './log-search.js';
import { LogToolbar } from './log-toolbar.jsx';

interface LogViewerProps {
  readonly deployment: DeploymentView;
  /** A line that the user wants to see; `onPicked` is called once it is shown. */
  readonly picked: number | undefined;
  readonly onPicked: () => void;
  /** The line to begin with, unless the address names one. */
  readonly firstLook: number | undefined;
  /** Is given lines as they are written. */
  readonly onLines: (lines: readonly JournalLine[]) => void;
}

/** The log of a deployment: its end at once, every other part when it is looked at, new lines as they come. */
export function LogViewer({ deployment, picked, onPicked, firstLook, onLines }: LogViewerProps) {
  const { id } = deployment;
  const stream = useStream();
  const [lines] = useState(() => createLogLines(id));
  const log = useSyncExternalStore(lines.subscribe, lines.state);
  const [marked, setMarked] = useState<LineRange | undefined>(() => readLines(location.hash));
  const [look, setLook] = useState<Look>(() => (marked ? { line: marked.from } : 'end'));
  const [params, setParams] = useSearchParams();
  const [term, wrap] = [params.get('q') ?? '', params.has('wrap')];
  const found = useLogSearch(id, term, log.length);
  const [at, setAt] = useState(0);

  useEffect(() => {
    const stop = new AbortController();
    void lines.open(stop.signal);
    return () => stop.abort();
  }, [lines]);

  const isFollowed = log.opened && !log.complete;
  useEffect(() => {
    if (!isFollowed) return undefined;
    return stream.follow({
      id,
      after: () => lines.state().length,
      lines(fresh) {
        lines.append(fresh);
        onLines(fresh);
      },
      ended: lines.finish,
    });
  }, [id, isFollowed, lines, onLines, stream]);

  const show = useCallback((range: LineRange) => {
    history.replaceState(history.state, '', addressOfLines(range));
    setMarked(range);
    setLook({ line: range.from });
  }, []);

  useEffect(() => {
    if (picked === undefined) return;
    show({ from: picked, to: picked });
    onPicked();
  }, [picked, onPicked, show]);

  useEffect(() => {
    const read = () => {
      const range = readLines(location.hash);
      setMarked(range);
      if (range) setLook({ line: range.from });
    };
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }, []);

  useEffect(() => {
    if (firstLook !== undefined && !readLines(location.hash)) setLook({ line: firstLook });
  }, [firstLook]);

  /** Whether the text was typed here: an address that marks lines and holds a text means the lines. */
  const typed = useRef(false);
  const first = found.lines[0];
  useEffect(() => {
    setAt(0);
    if (first !== undefined && (typed.current || !readLines(location.hash))) setLook({ line: first });
    // Only the first find of a text moves the view; those that come later wait to be asked for.
  }, [first, term]);

  const step = (by: 1 | -1) => {
    const count = found.lines.length;
    if (count === 0) return;
    const next = (at + by + count) % count;
    setAt(next);
    setLook({ line: found.lines[next] ?? 1 });
  };
  const setParam = (name: string, value: string | undefined) =>
    setParams(
      (now) => {
        if (value === undefined || value === '') now.delete(name);
        else now.set(name, value);
        return now;
      },
      { replace: true },
    );
  const search = (text: string) => {
    typed.current = true;
    setParam('q', text);
  };
  const mark = useCallback((n: number, event: MouseEvent) => {
    event.preventDefault();
    setMarked((now) => {
      const range =
        event.shiftKey && now ? { from: Math.min(now.from, n), to: Math.max(now.to, n) } : { from: n, to: n };
      history.replaceState(history.state, '', addressOfLines(range));
      return range;
    });
  }, []);

  return (
    <section className="log panel" aria-label="Log">
      <LogToolbar
        deployment={deployment}
        log={log}
        search={{ term, onTerm: search, found, at, onStep: step }}
        following={look === 'end' && !log.complete}
        onFollow={() => setLook(look === 'end' ? 'free' : 'end')}
        wrap={wrap}
        onWrap={() => setParam('wrap', wrap ? undefined : '1')}
      />
      {log.error !== undefined && <ProblemNote error={log.error} />}
      <LogPane
        lines={lines}
        log={log}
        look={look}
        onLook={setLook}
        marked={marked}
        found={found.lines[at]}
        term={term.trim()}
        wrap={wrap}
        onNumber={mark}
      />
    </section>
  );
}

import type { BlockedView } from '../../../src/shared/contract/blocker.js';
import { Note } from '../elements/note.jsx';
import { Ago } from '../elements/time.jsx';

/** What stands in the way, one note each; nothing when nothing does. */
export function BlockedNotes({
  blocked,
  held,
  refused,
}: {
  readonly blocked: readonly BlockedView[];
  /** What to say of a blocker that holds, and of one that refuses. */
  readonly held: string;
  readonly refused: string;
}) {
  return blocked.map(({ blocker, mode, because, clearsAt }) => (
    <Note key={blocker} tone="warn" title={mode === 'hold' ? held : refused}>
      <p>
        {because}{' '}
        {clearsAt && (
          <span className="faint">
            clears <Ago at={clearsAt} />
          </span>
        )}
      </p>
    </Note>
  ));
}

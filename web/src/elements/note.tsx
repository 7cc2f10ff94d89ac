import type { ReactNode } from 'react';
import { CallFailed } from '../api/call.js';
import { Icon } from './icon.jsx';
import type { Tone } from './state.js';

/** A boxed remark. Bad news are read out at once. */
export function Note({
  tone,
  title,
  children,
}: {
  readonly tone: Tone;
  readonly title?: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className={`note tone-${tone}`} role={tone === 'bad' ? 'alert' : 'note'}>
      <Icon name={tone === 'bad' || tone === 'warn' ? 'warning' : 'info'} />
      <div>
        {title && <strong>{title}</strong>}
        {children}
      </div>
    </div>
  );
}

/** Why the API said no, with every violation and the number to quote. */
export function ProblemNote({ error }: { readonly error: unknown }) {
  if (!(error instanceof CallFailed)) {
    const text = error instanceof Error ? error.message : String(error);
    return <Note tone="bad" title="The page made a mistake">{` ${text}`}</Note>;
  }
  const { title = 'Refused', detail, errors, requestId, code } = error.problem;
  return (
    <Note tone="bad" title={title}>
      {detail !== title && <p>{detail}</p>}
      {errors && errors.length > 0 && (
        <ul className="violations">
          {errors.map(({ pointer, detail: what }) => (
            <li key={`${pointer} ${what}`}>
              <code>{pointer === '' ? '/' : pointer}</code> {what}
            </li>
          ))}
        </ul>
      )}
      {requestId && (
        <p className="faint">
          {code} · request {requestId}
        </p>
      )}
    </Note>
  );
}

/** What stands where there is nothing yet, and how to change that. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <strong>{title}</strong>
      {children}
    </div>
  );
}

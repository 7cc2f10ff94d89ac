import type { ReactNode } from 'react';

/** An input with its name above, and below it a hint and what is wrong with what was given. */
export function Field({
  label,
  hint,
  error,
  children,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly children: ReactNode;
}) {
  return (
    <label className="field">
      <span className="field-name">{label}</span>
      {children}
      {hint && <span className="faint">{hint}</span>}
      {error !== undefined && (
        <span className="field-error" role="alert">
          {error}
        </span>
      )}
    </label>
  );
}

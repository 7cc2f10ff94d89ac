import type { ReactNode } from 'react';

/** An input with its name above and a hint below. */
export function Field({
  label,
  hint,
  children,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly children: ReactNode;
}) {
  return (
    <label className="field">
      <span className="field-name">{label}</span>
      {children}
      {hint && <span className="faint">{hint}</span>}
    </label>
  );
}

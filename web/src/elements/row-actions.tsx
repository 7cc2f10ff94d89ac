import type { ReactNode } from 'react';
import { Button } from './button.jsx';
import { Of } from './of.jsx';

/** What can be done with a named row; `children` stand before editing and removing it. */
export function RowActions({
  name,
  onEdit,
  onRemove,
  denied,
  children,
}: {
  readonly name: string;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
  /** Why it may not be removed. */
  readonly denied?: string | undefined;
  readonly children?: ReactNode;
}) {
  return (
    <span className="actions">
      {children}
      <Button onClick={onEdit}>
        Edit
        <Of name={name} />
      </Button>
      <Button look="danger" whyNot={denied} onClick={onRemove}>
        Remove
        <Of name={name} />
      </Button>
    </span>
  );
}

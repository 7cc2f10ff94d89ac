import type { ReactNode } from 'react';
import { Button } from '../elements/button.jsx';
import { Of } from './of.jsx';

/** What can be done with a named row; `children` stand before editing and removing it. */
export function RowActions({
  name,
  onEdit,
  onRemove,
  children,
}: {
  readonly name: string;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
  readonly children?: ReactNode;
}) {
  return (
    <span className="actions">
      {children}
      <Button onClick={onEdit}>
        Edit
        <Of name={name} />
      </Button>
      <Button look="danger" onClick={onRemove}>
        Remove
        <Of name={name} />
      </Button>
    </span>
  );
}

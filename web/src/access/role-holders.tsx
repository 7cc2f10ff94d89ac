import type { UseQueryResult } from '@tanstack/react-query';
import { Fragment, useState, type ReactNode } from 'react';
import { Button } from '../elements/button.jsx';
import { Dialog } from '../elements/dialog.jsx';
import { Shown } from '../elements/shown.jsx';
import { useWhyNot } from '../session/session.js';
import { RemoveDialog } from '../elements/remove-dialog.jsx';

interface RoleHoldersProps<T> {
  readonly query: UseQueryResult<readonly T[]>;
  readonly nameOf: (holder: T) => string;
  /** Path of the list in the API. */
  readonly folder: string;
  /** What the button says that adds one. */
  readonly add: string;
  /** Stands where there is none yet. */
  readonly none: ReactNode;
  /** What follows when one is removed. */
  readonly farewell: string;
  readonly row: (holder: T, on: { readonly onEdit: () => void; readonly onRemove: () => void }) => ReactNode;
  /** For a new one when there is none to edit. */
  readonly form: (edited: T | undefined, onSaved: () => void) => ReactNode;
  /** Stands above the rows. */
  readonly children?: ReactNode;
}

/** Those who have roles, by name: each can be edited and removed, and another one added. */
export function RoleHolders<T>(props: RoleHoldersProps<T>) {
  const { query, nameOf, folder, add, none, farewell, row, form, children } = props;
  const denied = useWhyNot('admin');
  const [edited, setEdited] = useState<{ readonly holder: T | undefined }>();
  const [removed, setRemoved] = useState<string>();
  return (
    <>
      <div className="filters">
        <Button icon="plus" whyNot={denied} onClick={() => setEdited({ holder: undefined })}>
          {add}
        </Button>
      </div>
      {children}
      <Shown query={query} rows={4}>
        {(found) =>
          found.length === 0 ? (
            none
          ) : (
            <div className="rows">
              {found.map((holder) => (
                <Fragment key={nameOf(holder)}>
                  {row(holder, {
                    onEdit: () => setEdited({ holder }),
                    onRemove: () => setRemoved(nameOf(holder)),
                  })}
                </Fragment>
              ))}
            </div>
          )
        }
      </Shown>
      {edited && (
        <Dialog
          title={edited.holder === undefined ? add : nameOf(edited.holder)}
          onClose={() => setEdited(undefined)}
        >
          {form(edited.holder, () => setEdited(undefined))}
        </Dialog>
      )}
      {removed !== undefined && (
        <RemoveDialog
          name={removed}
          path={`${folder}/${encodeURIComponent(removed)}`}
          onClose={() => setRemoved(undefined)}
        >
          {farewell}
        </RemoveDialog>
      )}
    </>
  );
}

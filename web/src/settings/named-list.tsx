import { useState, type ReactNode } from 'react';
import { Button } from '../elements/button.jsx';
import { Dialog } from '../elements/dialog.jsx';
import { ConfigurationEditor } from './configuration-editor.jsx';
import { NameForm } from './name-form.jsx';

/** Something that is configured under a name. */
export interface Named {
  readonly name: string;
  /** One line about it. */
  readonly said: string;
  readonly settings: object;
}

/** Things that are configured as JSON, each with what happened to it when it is opened. */
export function NamedList({
  kind,
  folder,
  items,
  start,
  children,
}: {
  readonly kind: 'hook' | 'subscription';
  /** Path of the list in the API. */
  readonly folder: string;
  readonly items: readonly Named[];
  /** Settings to begin a new one with. */
  readonly start: object;
  /** What happened to the one that is open. */
  readonly children: (name: string) => ReactNode;
}) {
  const [naming, setNaming] = useState(false);
  const [edited, setEdited] = useState<Named>();
  const [open, setOpen] = useState<string>();
  return (
    <>
      <div className="filters">
        <Button icon="plus" onClick={() => setNaming(true)}>
          New {kind}
        </Button>
      </div>
      {items.map((item) => (
        <section key={item.name} className="panel named" aria-label={item.name}>
          <div className="row named-row">
            <strong>{item.name}</strong>
            <span className="faint">{item.said}</span>
            <span className="actions">
              <Button
                look="quiet"
                icon={open === item.name ? 'up' : 'down'}
                pressed={open === item.name}
                onClick={() => setOpen(open === item.name ? undefined : item.name)}
              >
                What happened
              </Button>
              <Button onClick={() => setEdited(item)}>Edit {item.name}</Button>
            </span>
          </div>
          {open === item.name && children(item.name)}
        </section>
      ))}
      {naming && (
        <Dialog title={`New ${kind}`} onClose={() => setNaming(false)}>
          <NameForm
            kind={kind}
            onName={(name) => {
              setNaming(false);
              setEdited({ name, said: '', settings: start });
            }}
          />
        </Dialog>
      )}
      {edited && (
        <Dialog title={edited.name} onClose={() => setEdited(undefined)}>
          <ConfigurationEditor
            path={`${folder}/${edited.name}`}
            settings={edited.settings}
            isNew={edited.settings === start}
          />
        </Dialog>
      )}
    </>
  );
}

import { useState } from 'react';
import type { Blocker } from '../../../src/shared/contract/blocker.js';
import { Dialog } from '../elements/dialog.jsx';
import { ConfigurationEditor } from '../settings/configuration-editor.jsx';
import { BlockerForm } from './blocker-form.jsx';

/** A blocker to be changed, in fields or as JSON. */
export function BlockerEditor({
  name,
  blocker,
  isNew,
  onClose,
}: {
  readonly name: string;
  readonly blocker: Blocker;
  readonly isNew: boolean;
  readonly onClose: () => void;
}) {
  const [asJson, setAsJson] = useState(false);
  return (
    <Dialog title={name} onClose={onClose}>
      <div className="segments" role="group" aria-label="Edit as">
        {[false, true].map((json) => (
          <button
            key={String(json)}
            type="button"
            aria-pressed={asJson === json}
            onClick={() => setAsJson(json)}
          >
            {json ? 'JSON' : 'Fields'}
          </button>
        ))}
      </div>
      {asJson ? (
        <ConfigurationEditor path={`v1/blockers/${name}`} settings={blocker} isNew={isNew} />
      ) : (
        <BlockerForm name={name} blocker={blocker} onSaved={onClose} />
      )}
    </Dialog>
  );
}

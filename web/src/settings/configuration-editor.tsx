import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Place } from '../../../src/shared/domain/access.js';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Field } from '../elements/field.jsx';
import { Note, ProblemNote } from '../elements/note.jsx';
import { useWhyNot } from '../session/session.js';
import { readSettings } from './read-settings.js';

/** Settings as JSON, to be read and changed. The API judges them; every place that is wrong is named. */
export function ConfigurationEditor({
  path,
  settings,
  place = {},
  isNew = false,
}: {
  readonly path: string;
  readonly settings: object;
  readonly place?: Place;
  /** It is not there yet, so that it may be saved as it stands. */
  readonly isNew?: boolean;
}) {
  const client = useQueryClient();
  const written = JSON.stringify(settings, undefined, 2);
  const [text, setText] = useState(written);
  const denied = useWhyNot('edit', place);
  const read = readSettings(text);
  const save = useMutation({
    mutationFn: (body: object) => call('PUT', path, { body }),
    onSuccess: () => client.invalidateQueries(),
  });
  const whyNot =
    denied ??
    (text === written && !isNew
      ? 'Nothing was changed'
      : 'problem' in read
        ? read.problem
        : save.isPending
          ? 'One moment'
          : undefined);
  return (
    <div className="editor">
      <Field label="Settings, as JSON">
        <textarea
          value={text}
          rows={Math.min(28, Math.max(6, text.split('\n').length + 1))}
          spellCheck={false}
          readOnly={denied !== undefined}
          aria-invalid={'problem' in read}
          onChange={(event) => {
            setText(event.target.value);
            save.reset();
          }}
        />
      </Field>
      {'problem' in read && <Note tone="warn" title={read.problem} />}
      {save.error && <ProblemNote error={save.error} />}
      {save.isSuccess && <Note tone="good" title="Saved" />}
      <div className="actions">
        <Button look="main" whyNot={whyNot} onClick={() => 'settings' in read && save.mutate(read.settings)}>
          Save
        </Button>
        {text !== written && (
          <Button look="quiet" onClick={() => setText(written)}>
            Undo the changes
          </Button>
        )}
      </div>
    </div>
  );
}

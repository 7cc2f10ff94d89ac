import { Field } from '../elements/field.jsx';
import { Tick } from '../elements/tick.jsx';
import type { Draft } from './draft.js';
import { WindowFields } from './window-fields.jsx';

/** Changes some fields of the form. */
export type Change = (next: Partial<Draft>) => void;

const TYPES: Readonly<Record<Draft['type'], string>> = {
  unconditional: 'Always',
  window: 'By the clock',
  branch: 'Versions that are not from a branch',
  'commit-status': 'Versions without a successful commit status',
  concurrent: 'While others are under way in the environment',
  'single-region': 'While the service is deployed elsewhere in the tier',
};

/** When a blocker blocks. */
export function RuleFields({ draft, change }: { readonly draft: Draft; readonly change: Change }) {
  return (
    <>
      <Field label="Blocks">
        <select value={draft.type} onChange={({ target }) => change({ type: target.value as Draft['type'] })}>
          {Object.entries(TYPES).map(([type, name]) => (
            <option key={type} value={type}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      <Details draft={draft} change={change} />
    </>
  );
}

function Details({ draft, change }: { readonly draft: Draft; readonly change: Change }) {
  const { type } = draft;
  switch (type) {
    case 'unconditional':
      return (
        <div className="field-row">
          <Names label="But not the services" name="exceptServices" draft={draft} change={change} />
          <Names label="But not in" name="exceptEnvironments" draft={draft} change={change} />
        </div>
      );
    case 'window':
      return (
        <>
          <Tick checked={draft.open} onChange={(open) => change({ open })}>
            The hours say when it is open instead of when it is closed
          </Tick>
          <WindowFields windows={draft.windows} onChange={(windows) => change({ windows })} />
        </>
      );
    case 'branch':
      return <Names label="Branches that may go" name="branches" draft={draft} change={change} required />;
    case 'concurrent':
      return (
        <div className="field-row">
          <Field label="At most">
            <input
              type="number"
              min={1}
              max={10_000}
              required
              value={draft.atMost}
              onChange={({ target }) => change({ atMost: target.value })}
            />
          </Field>
          <Names label="But not the services" name="exceptServices" draft={draft} change={change} />
        </div>
      );
    case 'commit-status':
    case 'single-region':
      return null;
  }
}

/** Names with commas between them. */
export function Names({
  label,
  hint = 'Several with commas',
  name,
  draft,
  change,
  required = false,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly name:
    'services' | 'environments' | 'exceptServices' | 'exceptEnvironments' | 'branches' | 'exempt';
  readonly draft: Draft;
  readonly change: Change;
  readonly required?: boolean;
}) {
  return (
    <Field label={label} hint={hint}>
      <input
        value={draft[name]}
        required={required}
        onChange={({ target }) => change({ [name]: target.value })}
      />
    </Field>
  );
}

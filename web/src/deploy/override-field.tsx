import { Field } from '../elements/field.jsx';
import { useWhyNot } from '../session/session.js';

/** Asks why the blockers in the way should be set aside. Without the right to do so it says so instead. */
export function OverrideField({
  place,
  reason,
  onReason,
}: {
  readonly place: { readonly service?: string; readonly environment?: string };
  readonly reason: string;
  readonly onReason: (reason: string) => void;
}) {
  const whyNot = useWhyNot('override', place);
  return (
    <Field
      label="Reason to set the blockers aside"
      hint={whyNot ?? 'Empty: it waits until they clear, or is refused'}
    >
      <input
        value={reason}
        maxLength={500}
        disabled={whyNot !== undefined}
        placeholder="Customers cannot pay"
        onChange={({ target }) => onReason(target.value)}
      />
    </Field>
  );
}

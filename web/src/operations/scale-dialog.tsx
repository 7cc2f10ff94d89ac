import { useDeferredValue, useState } from 'react';
import { Field } from '../elements/field.jsx';
import { OperationDialog } from './operation-dialog.jsx';

/** Sets the number of pods of one workload. */
export function ScaleDialog({
  place,
  workload,
  desired,
  onClose,
}: {
  readonly place: { readonly service: string; readonly environment: string };
  /** `Deployment/shop-api` */
  readonly workload: string;
  readonly desired: number;
  readonly onClose: () => void;
}) {
  const [text, setText] = useState(String(desired));
  const replicas = useDeferredValue(Math.min(10_000, Math.max(0, Math.floor(Number(text) || 0))));
  const action = `Scale ${workload.split('/')[1]} to ${replicas}`;
  return (
    <OperationDialog
      place={place}
      wish={{ kind: 'scale', body: { workload, replicas }, action }}
      onClose={onClose}
    >
      <Field label="Pods" hint={`It has ${desired} now. The next deployment may say another number.`}>
        <input
          type="number"
          min={0}
          max={10_000}
          required
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </Field>
    </OperationDialog>
  );
}

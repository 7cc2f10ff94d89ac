import { useState } from 'react';
import { Button } from '../elements/button.jsx';
import { Field } from '../elements/field.jsx';

/** Asks for the name of something new. */
export function NameForm({
  kind,
  onName,
}: {
  readonly kind: 'service' | 'environment' | 'target' | 'blocker' | 'hook' | 'subscription';
  readonly onName: (name: string) => void;
}) {
  const [name, setName] = useState('');
  const isTarget = kind === 'target';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onName(name);
      }}
    >
      <Field label="Name" hint={isTarget ? 'service/environment' : 'Lower-case letters, digits and -'}>
        <input
          value={name}
          required
          autoFocus
          pattern={isTarget ? '[a-z0-9\\-]+/[a-z0-9\\-]+' : '[a-z0-9\\-]+'}
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <div className="actions">
        <Button type="submit" look="main">
          Go on
        </Button>
      </div>
    </form>
  );
}

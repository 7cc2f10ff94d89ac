import type { FormEvent, ReactNode } from 'react';
import { Button } from './button.jsx';
import { Field } from './field.jsx';
import { ProblemNote } from './note.jsx';

interface ReasonFormProps {
  /** What is done for the reason, which comes without spaces around it. */
  readonly deed: {
    mutate(reason: string): void;
    readonly isPending: boolean;
    readonly error: Error | null;
  };
  /** What the button says that does it. */
  readonly action: string;
  readonly look: 'main' | 'danger';
  /** What the button says that does not. */
  readonly leave?: string;
  readonly onLeave: () => void;
  /** An example of a reason. */
  readonly placeholder: string;
  readonly reason?: 'required' | 'optional';
  /** Characters that a reason may have. */
  readonly most?: number;
  /** Why it cannot be done now, beside that it is being done already. */
  readonly whyNot?: string | undefined;
  /** Shown in place of the usual words for what went wrong, and for how it goes. */
  readonly told?: ReactNode;
  /** What it would do. */
  readonly children?: ReactNode;
}

/** Says what would be done, and does it for a reason that is written down. */
export function ReasonForm({
  deed,
  action,
  look,
  leave = 'Leave it',
  onLeave,
  placeholder,
  reason = 'required',
  most = 500,
  whyNot,
  told,
  children,
}: ReasonFormProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget).get('reason');
    if (typeof given === 'string') deed.mutate(given.trim());
  };
  const isRequired = reason === 'required';
  return (
    <form onSubmit={submit}>
      {children}
      <Field label="Reason" {...(!isRequired && { hint: 'Optional' })}>
        <input name="reason" required={isRequired} maxLength={most} autoFocus placeholder={placeholder} />
      </Field>
      {told ?? (deed.error && <ProblemNote error={deed.error} />)}
      <div className="actions">
        <Button look="quiet" onClick={onLeave}>
          {leave}
        </Button>
        <Button type="submit" look={look} whyNot={whyNot ?? (deed.isPending ? 'One moment' : undefined)}>
          {action}
        </Button>
      </div>
    </form>
  );
}

import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Field } from '../elements/field.jsx';
import { ProblemNote } from '../elements/note.jsx';
import { violationsOf } from '../elements/violations.js';

/** Whoever has an invitation chooses a password, which nobody else learns. */
export function ChoosePassword({ onChosen }: { readonly onChosen: () => void }) {
  const [secret, setSecret] = useState('');
  const [password, setPassword] = useState('');
  const choose = useMutation({
    mutationFn: () => call('POST', 'v1/invitations', { body: { secret: secret.trim(), password } }),
    onSuccess: onChosen,
  });
  const wrong = violationsOf(choose.error, ['/secret', '/password']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    choose.mutate();
  };
  return (
    <form className="sign-in-way" onSubmit={submit}>
      <Field label="Invitation" error={wrong.at('/secret')}>
        <input
          type="password"
          value={secret}
          autoComplete="off"
          spellCheck={false}
          required
          autoFocus
          onChange={({ target }) => setSecret(target.value)}
        />
      </Field>
      <Field label="New password" hint="12 characters or more" error={wrong.at('/password')}>
        <input
          type="password"
          value={password}
          autoComplete="new-password"
          required
          onChange={({ target }) => setPassword(target.value)}
        />
      </Field>
      {wrong.rest !== undefined && <ProblemNote error={wrong.rest} />}
      <Button type="submit" look="main" whyNot={choose.isPending ? 'One moment' : undefined}>
        Choose the password
      </Button>
    </form>
  );
}

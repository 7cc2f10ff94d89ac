import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { Static } from 'typebox';
import type { SignInWays } from '../../../src/shared/contract/session.js';
import { addressOf, call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Field } from '../elements/field.jsx';
import { Mark } from '../elements/icon.jsx';
import { Note, ProblemNote } from '../elements/note.jsx';
import { ChoosePassword } from './choose-password.jsx';

type Way = 'token' | 'password' | 'invitation';

const OTHERS: Readonly<Record<Way, string>> = {
  token: 'Use an access token',
  password: 'Use a name and a password',
  invitation: 'Use an invitation',
};

/** Asks who the user is. The secret goes to the API once, which answers with a cookie that scripts cannot read. */
export function SignIn({ ended = false }: { readonly ended?: boolean }) {
  const [way, setWay] = useState<Way>('token');
  const [chosen, setChosen] = useState(false);
  const { data: ways } = useQuery({
    queryKey: ['session', 'ways'],
    queryFn: ({ signal }) => call<Static<typeof SignInWays>>('GET', 'v1/session/ways', { signal }),
  });
  return (
    <section className="sign-in" aria-label="Sign in">
      <Mark />
      <h1>{ended ? 'Your session has ended' : 'Sign in to Beanpod'}</h1>
      {ended && <p className="faint">Sign in again; the page stays as it is.</p>}
      {chosen && <Note tone="good" title="The password counts from now on" />}
      {way === 'invitation' ? (
        <ChoosePassword
          onChosen={() => {
            setChosen(true);
            setWay('password');
          }}
        />
      ) : (
        <SecretForm key={way} way={way} />
      )}
      {ways?.oidc && (
        <a className="button" href={addressOf('v1/session/oidc')}>
          Sign in at the identity provider
        </a>
      )}
      {(['token', 'password', 'invitation'] as const)
        .filter((other) => other !== way)
        .map((other) => (
          <button key={other} type="button" className="link" onClick={() => setWay(other)}>
            {OTHERS[other]}
          </button>
        ))}
    </section>
  );
}

function SecretForm({ way }: { readonly way: 'token' | 'password' }) {
  const client = useQueryClient();
  const signIn = useMutation({
    mutationFn: (body: object) => call('POST', 'v1/session', { body }),
    onSuccess: () => client.invalidateQueries(),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const names = way === 'token' ? ['token'] : ['name', 'password'];
    signIn.mutate(Object.fromEntries(names.map((name) => [name, textOf(form, name)])));
  };
  return (
    <form className="sign-in-way" onSubmit={submit}>
      {way === 'token' ? (
        <Field label="Access token">
          <input name="token" type="password" autoComplete="off" spellCheck={false} required autoFocus />
        </Field>
      ) : (
        <>
          <Field label="Name">
            <input name="name" autoComplete="username" required autoFocus />
          </Field>
          <Field label="Password">
            <input name="password" type="password" autoComplete="current-password" required />
          </Field>
        </>
      )}
      {signIn.error && <ProblemNote error={signIn.error} />}
      <Button type="submit" look="main" whyNot={signIn.isPending ? 'One moment' : undefined}>
        Sign in
      </Button>
    </form>
  );
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

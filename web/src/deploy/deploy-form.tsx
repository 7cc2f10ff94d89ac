import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Link, useLocation } from 'wouter';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import { addressOf, call } from '../api/call.js';
import { newKey } from '../api/new-key.js';
import { Button } from '../elements/button.jsx';
import { CopyButton } from '../elements/copy.jsx';
import { Field } from '../elements/field.jsx';
import { Note, ProblemNote } from '../elements/note.jsx';
import { useWhyNot } from '../session/session.js';
import type { Choice } from './deploy-screen.jsx';
import { Preview } from './preview.jsx';

/** What became of the request for one environment. */
type Answer = { readonly environment: string } & (
  { readonly deployment: DeploymentView } | { readonly error: unknown }
);

/** What would happen, why it is asked for, and the button. */
export function DeployForm({ choice }: { readonly choice: Choice }) {
  const { service, version, environments } = choice;
  const [, go] = useLocation();
  const [message, setMessage] = useState('');
  const [retry, setRetry] = useState('');
  // The same key for the same choice: a second press asks for nothing twice.
  const [key] = useState(newKey);
  const whyNot = useWhyNot(
    'deploy',
    environments.length === 1 ? { service, environment: environments[0] ?? '' } : {},
  );
  const deploy = useMutation({
    mutationFn: () =>
      Promise.all(
        environments.map(async (environment): Promise<Answer> => {
          const body = bodyOf(choice, environment, message, retry);
          try {
            const headers = { 'idempotency-key': `${key}-${environment}` };
            return { environment, deployment: await call('POST', 'v1/deployments', { body, headers }) };
          } catch (error) {
            return { environment, error };
          }
        }),
      ),
    onSuccess(answers) {
      if (answers.some((answer) => 'error' in answer)) return;
      const [first] = answers;
      go(
        answers.length === 1 && first && 'deployment' in first
          ? `/deployments/${first.deployment.id}`
          : `/deployments?service=${service}`,
      );
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (missing === undefined) deploy.mutate();
  };
  const missing = whatIsMissing(choice) ?? (deploy.isPending ? 'One moment' : whyNot);
  const where = environments.join(', ');
  return (
    <form className="panel deploy-form" onSubmit={submit}>
      {environments.length > 0 && version !== '' && (
        <div className="previews">
          {environments.map((environment) => (
            <Preview key={environment} service={service} version={version} environment={environment} />
          ))}
        </div>
      )}
      <Field label="Message" hint="Optional; the message of the version when empty">
        <input value={message} maxLength={500} onChange={(event) => setMessage(event.target.value)} />
      </Field>
      {deploy.data?.map((answer) => (
        <AnswerNote key={answer.environment} answer={answer} />
      ))}
      {deploy.data?.some((answer) => 'error' in answer) && (
        <Field label="Reason to try it again" hint="Needed for a version that was rolled back on this target">
          <input value={retry} maxLength={500} onChange={(event) => setRetry(event.target.value)} />
        </Field>
      )}
      {deploy.error && <ProblemNote error={deploy.error} />}
      <div className="actions deploy-actions">
        <CopyButton text={() => environments.map((each) => curlOf(choice, each, message)).join('\n')}>
          Copy as curl
        </CopyButton>
        <Button type="submit" look="main" icon="rocket" whyNot={missing}>
          {version === '' || where === '' ? 'Deploy' : `Deploy ${version} to ${where}`}
        </Button>
      </div>
    </form>
  );
}

function AnswerNote({ answer }: { readonly answer: Answer }) {
  if ('error' in answer) {
    return (
      <div>
        <strong>{answer.environment}</strong>
        <ProblemNote error={answer.error} />
      </div>
    );
  }
  return (
    <Note tone="good">
      {answer.environment}:{' '}
      <Link href={`/deployments/${answer.deployment.id}`}>#{answer.deployment.number} was accepted</Link>
    </Note>
  );
}

function whatIsMissing({ service, version, environments }: Choice): string | undefined {
  if (service === '') return 'Pick a service';
  if (version === '') return 'Pick a version';
  return environments.length === 0 ? 'Pick an environment' : undefined;
}

function bodyOf({ service, version }: Choice, environment: string, message: string, retry = ''): object {
  return {
    service,
    environment,
    version,
    ...(message.trim() !== '' && { message: message.trim() }),
    ...(retry.trim() !== '' && { retry: retry.trim() }),
  };
}

function curlOf(choice: Choice, environment: string, message: string): string {
  const body = JSON.stringify(bodyOf(choice, environment, message)).replaceAll("'", String.raw`'\''`);
  return `curl -sS ${addressOf('v1/deployments')} -H "Authorization: Bearer $BEANPOD_TOKEN" -H 'Content-Type: application/json' -d '${body}'`;
}

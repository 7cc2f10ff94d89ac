import { useMutation, useQueries } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Link, useLocation } from 'wouter';
import type { DeployRequest } from '../../../src/shared/contract/deploy-request.js';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import { call } from '../api/call.js';
import { newKey } from '../api/new-key.js';
import { verdictQuery } from '../blockers/blocker-queries.js';
import { Button } from '../elements/button.jsx';
import { CopyButton } from '../elements/copy.jsx';
import { Field } from '../elements/field.jsx';
import { Note, ProblemNote } from '../elements/note.jsx';
import { useWhyNot } from '../session/session.js';
import { commandOf } from './command.js';
import { curlOf, requestFor, type Choice, type Words } from './deploy-request.js';
import { InTheWay } from './in-the-way.jsx';
import { OverrideField } from './override-field.jsx';
import { Preview } from './preview.jsx';

/** What became of the request for one environment. */
type Answer = { readonly environment: string } & (
  { readonly deployment: DeploymentView } | { readonly error: unknown }
);

/** What would happen, why it is asked for, and the button. */
export function DeployForm({ choice }: { readonly choice: Choice }) {
  const { service, version, environments } = choice;
  const [, go] = useLocation();
  const [words, setWords] = useState<Words>({ message: '', retry: '', override: '' });
  const say = (next: Partial<Words>) => setWords((now) => ({ ...now, ...next }));
  // The same key for the same choice: a second press asks for nothing twice.
  const [key] = useState(newKey);
  const [only = ''] = environments;
  const place = environments.length === 1 ? { service, environment: only } : {};
  const whyNot = useWhyNot('deploy', place);
  const requests = useRequests(choice, words);
  const deploy = useMutation({
    mutationFn: () =>
      Promise.all(
        requests.map(async ({ body }): Promise<Answer> => {
          const { environment } = body;
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
            <Preview key={environment} service={service} version={version} environment={environment}>
              <InTheWay service={service} version={version} environment={environment} />
            </Preview>
          ))}
        </div>
      )}
      <Field label="Message" hint="Optional; the message of the version when empty">
        <input
          value={words.message}
          maxLength={500}
          onChange={({ target }) => say({ message: target.value })}
        />
      </Field>
      {requests.some(({ isBlocked }) => isBlocked) && (
        <OverrideField place={place} reason={words.override} onReason={(override) => say({ override })} />
      )}
      {deploy.data?.map((answer) => (
        <AnswerNote key={answer.environment} answer={answer} />
      ))}
      {deploy.data?.some((answer) => 'error' in answer) && (
        <Field label="Reason to try it again" hint="Needed for a version that was rolled back on this target">
          <input
            value={words.retry}
            maxLength={500}
            onChange={({ target }) => say({ retry: target.value })}
          />
        </Field>
      )}
      {deploy.error && <ProblemNote error={deploy.error} />}
      <div className="actions deploy-actions">
        <CopyRequests requests={requests.map(({ body }) => body)} />
        <Button type="submit" look="main" icon="rocket" whyNot={missing}>
          {version === '' || where === '' ? 'Deploy' : `Deploy ${version} to ${where}`}
        </Button>
      </div>
    </form>
  );
}

/** What will be asked, for a terminal. */
function CopyRequests({ requests }: { readonly requests: readonly DeployRequest[] }) {
  return (
    <>
      <CopyButton text={() => requests.map(curlOf).join('\n')}>Copy as curl</CopyButton>
      {requests.every(({ override }) => override === undefined) && (
        <CopyButton text={() => requests.map(commandOf).join('\n')}>Copy as CLI</CopyButton>
      )}
    </>
  );
}

/** What is asked of the API, one request for each environment. */
function useRequests(choice: Choice, words: Words) {
  const { service, version, environments } = choice;
  const verdicts = useQueries({
    queries: environments.map((environment) => ({
      ...verdictQuery(service, environment, version),
      enabled: version !== '',
    })),
  });
  return environments.map((environment, at) => {
    const blockers = verdicts[at]?.data?.by.map(({ blocker }) => blocker) ?? [];
    return { body: requestFor(choice, environment, words, blockers), isBlocked: blockers.length > 0 };
  });
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

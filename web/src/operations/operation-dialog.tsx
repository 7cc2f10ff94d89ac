import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { OperationPreview, OperationView } from '../../../src/shared/contract/live-operation.js';
import { call, CallFailed } from '../api/call.js';
import { newKey } from '../api/new-key.js';
import { Button } from '../elements/button.jsx';
import { Dialog } from '../elements/dialog.jsx';
import { ReasonForm } from '../elements/reason-form.jsx';
import { Note, ProblemNote } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { operationNowQuery, operationsQuery } from './operation-queries.js';
import { hasEnded, lookOfOperation, wordsOf } from './operation-words.js';

/** Something to do to a target, not done yet. */
export interface OperationWish {
  /** Last part of the path of the API. */
  readonly kind: 'restart' | 'evict' | 'scale' | 'pause' | 'resume';
  /** What it is about, without a reason. */
  readonly body: object;
  /** `Restart shop-api-7d9f-x1` */
  readonly action: string;
}

interface OperationDialogProps {
  readonly place: { readonly service: string; readonly environment: string };
  readonly wish: OperationWish;
  /** More to decide about the wish. */
  readonly children?: ReactNode;
  readonly onClose: () => void;
}

/** Says what an operation would touch, takes a reason, and has it done. */
export function OperationDialog({ place, wish, children, onClose }: OperationDialogProps) {
  const { service, environment } = place;
  const client = useQueryClient();
  const [key] = useState(newKey);
  const { data: now } = useQuery(operationNowQuery(service, environment));
  const path = `v1/targets/${service}/${environment}/live/${wish.kind}`;
  const preview = useQuery({
    queryKey: ['operation-preview', path, wish.body],
    queryFn: ({ signal }) => {
      const body = { ...wish.body, reason: 'Asked what it would touch', dryRun: true };
      return call<OperationPreview>('POST', path, { body, signal });
    },
    retry: false,
    staleTime: 0,
    gcTime: 0,
  });
  const perform = useMutation({
    mutationFn: (reason: string) =>
      call<OperationView>('POST', path, {
        body: { ...wish.body, reason },
        headers: { 'idempotency-key': key },
      }),
    onSettled: () => client.invalidateQueries({ queryKey: operationsQuery(service, environment).queryKey }),
  });
  const whyNot = perform.isPending
    ? 'It is being done'
    : preview.data
      ? undefined
      : preview.error
        ? 'It cannot be done'
        : 'What it would touch is being looked up';
  return (
    <Dialog title={`${wish.action}?`} onClose={onClose}>
      {perform.data ? (
        <Outcome operation={now?.id === perform.data.id ? now : perform.data} onClose={onClose} />
      ) : (
        <ReasonForm
          deed={perform}
          action={wish.action}
          look="danger"
          onLeave={onClose}
          placeholder="It leaks memory"
          whyNot={whyNot}
          told={
            perform.error ? (
              <FailureNote error={perform.error} />
            ) : (
              perform.isPending && now && !hasEnded(now) && <AtWork operation={now} />
            )
          }
        >
          {children}
          <Shown query={preview} rows={1}>
            {({ done }) => (
              <ul className="operation-touches" aria-label="What it would do">
                {done.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ul>
            )}
          </Shown>
        </ReasonForm>
      )}
    </Dialog>
  );
}

/** What the target is busy with, which is this very operation unless another one goes before it. */
function AtWork({ operation }: { readonly operation: OperationView }) {
  const { person, because } = operation;
  return (
    <Note tone="wait" title={`${wordsOf(operation)}, ${person}`}>
      {because !== undefined && <p>{because}</p>}
    </Note>
  );
}

/** What came of it; one that has not ended yet goes on without this window. */
function Outcome({
  operation,
  onClose,
}: {
  readonly operation: OperationView;
  readonly onClose: () => void;
}) {
  const { done = [], because, expiresAt, state, failure } = operation;
  return (
    <>
      {hasEnded(operation) ? (
        <Note tone={state === 'succeeded' ? 'good' : 'bad'} title={lookOfOperation(state).label}>
          {[...done, ...(failure ? [failure.detail, failure.hint] : [])].map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </Note>
      ) : (
        <Note tone="wait" title={state === 'queued' ? 'It waits for its turn' : 'It is under way'}>
          {because !== undefined && <p>{because}</p>}
          <p>The history tells how it goes. {state === 'queued' && `It is not begun after ${expiresAt}.`}</p>
        </Note>
      )}
      <div className="actions">
        <Button look="main" onClick={onClose}>
          Close
        </Button>
      </div>
    </>
  );
}

/** Why it was not done, with what the platform said and what to do about it. */
function FailureNote({ error }: { readonly error: unknown }) {
  const failure =
    error instanceof CallFailed ? (error.problem as { failure?: { hint?: string } }).failure : undefined;
  return (
    <>
      <ProblemNote error={error} />
      {failure?.hint !== undefined && <p>{failure.hint}</p>}
    </>
  );
}

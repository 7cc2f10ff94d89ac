import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { OperationView } from '../../../src/shared/contract/live-operation.js';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Icon } from '../elements/icon.jsx';
import { ProblemNote } from '../elements/note.jsx';
import { Ago, Span } from '../elements/time.jsx';
import { useWhyNot } from '../session/session.js';
import { operationsQuery } from './operation-queries.js';
import { lookOfOperation, saidOf, wordsOf } from './operation-words.js';
import './operations.css';

/** One operation among the deployments of a target; one that waits can be cancelled. */
export function OperationRow({ operation }: { readonly operation: OperationView }) {
  const { service, environment, state, person, queuedAt, startedAt, endedAt, links } = operation;
  const client = useQueryClient();
  const whyNot = useWhyNot('cancel', { service, environment });
  const cancel = useMutation({
    mutationFn: () => call('DELETE', links.self.replace(/^\//, '')),
    onSettled: () => client.invalidateQueries({ queryKey: operationsQuery(service, environment).queryKey }),
  });
  const { label, tone, icon } = lookOfOperation(state);
  const said = saidOf(operation);
  return (
    <div className="history-row operation-history">
      <div className="row operation-row">
        <span className={`badge tone-${tone}`}>
          <Icon name={icon} className={icon === 'running' ? 'turning' : ''} />
          {label}
        </span>
        <span className="operation-what" title={wordsOf(operation)}>
          {wordsOf(operation)}
        </span>
        <span className="row-said" title={said}>
          {said}
        </span>
        <span className="row-who">{person}</span>
        <span className="row-span">{startedAt !== undefined && <Span from={startedAt} to={endedAt} />}</span>
        <span className="row-ago">
          <Ago at={endedAt ?? queuedAt} />
        </span>
      </div>
      <span className="history-action">
        {state === 'queued' && (
          <Button
            whyNot={whyNot ?? (cancel.isPending ? 'One moment' : undefined)}
            onClick={() => cancel.mutate()}
          >
            Cancel
          </Button>
        )}
      </span>
      {cancel.error && <ProblemNote error={cancel.error} />}
    </div>
  );
}

import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { BlockerView } from '../../../src/shared/contract/blocker.js';
import { call } from '../api/call.js';
import type { Page } from '../api/page.js';
import { Button } from '../elements/button.jsx';
import { Dialog } from '../elements/dialog.jsx';
import { Empty, ProblemNote } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { Ago } from '../elements/time.jsx';
import { useWhyNot } from '../session/session.js';
import { ConfigurationEditor } from '../settings/configuration-editor.jsx';
import { NameForm } from '../settings/name-form.jsx';
import { useTab } from '../shell/tab.js';
import { Simulator } from './simulator.jsx';
import { sayRule, sayScope } from './say-blocker.js';

const blockersQuery = queryOptions({
  queryKey: ['blockers'],
  queryFn: ({ signal }) => call<Page<BlockerView>>('GET', 'v1/blockers', { query: { limit: 500 }, signal }),
});

const LOCK = { rule: { type: 'unconditional' }, reason: 'Why nothing may be deployed' };

/** Rules that hold or refuse deployments, and a way to ask what they would say. */
export function BlockersScreen() {
  useTab('Blockers');
  const blockers = useQuery(blockersQuery);
  const [naming, setNaming] = useState(false);
  const [open, setOpen] = useState<{ readonly name: string; readonly settings: object }>();
  const denied = useWhyNot('edit');
  return (
    <>
      <header className="head">
        <h1>Blockers</h1>
        <Button icon="plus" whyNot={denied} onClick={() => setNaming(true)}>
          New blocker
        </Button>
      </header>
      <Shown query={blockers} rows={4}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing blocks deployments">
              <p>
                A blocker holds or refuses deployments: always, by the clock (a freeze on Friday evenings), by
                branch, by commit status, or while others are under way. Held deployments start by themselves
                when it clears.
              </p>
            </Empty>
          ) : (
            <div className="rows">
              {items.map((blocker) => (
                <BlockerRow
                  key={blocker.blocker}
                  blocker={blocker}
                  denied={denied}
                  onEdit={({ blocker: name, ...settings }) => setOpen({ name, settings })}
                />
              ))}
            </div>
          )
        }
      </Shown>
      <Simulator />
      {naming && (
        <Dialog title="New blocker" onClose={() => setNaming(false)}>
          <NameForm
            kind="blocker"
            onName={(name) => {
              setNaming(false);
              setOpen({ name, settings: LOCK });
            }}
          />
        </Dialog>
      )}
      {open && (
        <Dialog title={open.name} onClose={() => setOpen(undefined)}>
          <ConfigurationEditor
            path={`v1/blockers/${open.name}`}
            settings={open.settings}
            isNew={open.settings === LOCK}
          />
        </Dialog>
      )}
    </>
  );
}

function BlockerRow({
  blocker,
  denied,
  onEdit,
}: {
  readonly blocker: BlockerView;
  readonly denied: string | undefined;
  readonly onEdit: (blocker: BlockerView) => void;
}) {
  const { blocker: name, rule, scope, reason, mode = 'hold', enabled = true, expiresAt } = blocker;
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => call('DELETE', `v1/blockers/${name}`),
    onSuccess: () => client.invalidateQueries(),
  });
  return (
    <div className="row blocker-row">
      <span>
        <strong>{name}</strong>
        <span className="tag">{enabled ? mode : 'off'}</span>
      </span>
      <span className="blocker-rule">
        {sayRule(rule)}
        {reason && <span className="faint"> · {reason}</span>}
        {remove.error && <ProblemNote error={remove.error} />}
      </span>
      <span className="faint">
        {sayScope(scope)} {expiresAt && <Ago at={expiresAt} />}
      </span>
      <span className="actions">
        <Button onClick={() => onEdit(blocker)}>Edit {name}</Button>
        <Button look="danger" whyNot={denied} onClick={() => remove.mutate()}>
          Remove
        </Button>
      </span>
    </div>
  );
}

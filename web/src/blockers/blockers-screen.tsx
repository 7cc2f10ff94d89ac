import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Blocker } from '../../../src/shared/contract/blocker.js';
import { Button } from '../elements/button.jsx';
import { Dialog } from '../elements/dialog.jsx';
import { Empty } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { useWhyNot } from '../session/session.js';
import { NameForm } from '../settings/name-form.jsx';
import { useTab } from '../shell/tab.js';
import { BlockerEditor } from './blocker-editor.jsx';
import { blockersQuery } from './blocker-queries.js';
import { BlockerRow } from './blocker-row.jsx';
import { CalendarImport } from './calendar-import.jsx';
import { TargetHours } from './target-hours.jsx';

/** The blocker that is open in the editor. */
interface Open {
  readonly name: string;
  readonly blocker: Blocker;
  readonly isNew: boolean;
}

/** What a new blocker is until somebody says more: it stops everything. */
const LOCK: Blocker = { rule: { type: 'unconditional' } };

/** Rules that hold or refuse deployments, how each is just now, and what they say about a target. */
export function BlockersScreen() {
  useTab('Blockers');
  const blockers = useQuery(blockersQuery);
  const [naming, setNaming] = useState(false);
  const [importing, setImporting] = useState(false);
  const [open, setOpen] = useState<Open>();
  const denied = useWhyNot('edit');
  return (
    <>
      <header className="head">
        <h1>Blockers</h1>
        <div className="actions">
          <Button whyNot={denied} onClick={() => setImporting(true)}>
            Import a calendar
          </Button>
          <Button icon="plus" whyNot={denied} onClick={() => setNaming(true)}>
            New blocker
          </Button>
        </div>
      </header>
      <Shown query={blockers} rows={4}>
        {(found) =>
          found.length === 0 ? (
            <NoBlockers />
          ) : (
            <div className="rows">
              {found.map((blocker) => (
                <BlockerRow
                  key={blocker.blocker}
                  blocker={blocker}
                  denied={denied}
                  onEdit={({ blocker: name, ...about }) => setOpen({ name, blocker: about, isNew: false })}
                />
              ))}
            </div>
          )
        }
      </Shown>
      <TargetHours />
      {naming && (
        <Dialog title="New blocker" onClose={() => setNaming(false)}>
          <NameForm
            kind="blocker"
            onName={(name) => {
              setNaming(false);
              setOpen({ name, blocker: LOCK, isNew: true });
            }}
          />
        </Dialog>
      )}
      {importing && <CalendarImport onClose={() => setImporting(false)} />}
      {open && <BlockerEditor {...open} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function NoBlockers() {
  return (
    <Empty title="Nothing blocks deployments">
      <p>
        A blocker holds or refuses deployments: always, by the clock (a freeze on Friday evenings), by branch,
        by commit status, or while others are under way. Held deployments start by themselves when it clears.
      </p>
    </Empty>
  );
}

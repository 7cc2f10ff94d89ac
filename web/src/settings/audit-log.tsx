import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type { AuditEntryView, ChainView } from '../../../src/shared/contract/audit.js';
import { call } from '../api/call.js';
import type { Page } from '../api/page.js';
import { Button } from '../elements/button.jsx';
import { NextPage } from '../elements/next-page.jsx';
import { Empty, Note, ProblemNote } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { Ago } from '../elements/time.jsx';

type Entry = Static<typeof AuditEntryView>;

/** Every call that changed something or was refused, oldest first, and a proof that none was changed later. */
export function AuditLog() {
  const entries = useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: ({ pageParam, signal }) =>
      call<Page<Entry>>('GET', 'v1/audit', { query: { cursor: pageParam, limit: 200 }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
  });
  return (
    <>
      <Verification />
      <Shown query={entries} rows={8}>
        {({ pages }) => {
          const all = pages.flatMap(({ items }) => items);
          if (all.length === 0) return <Empty title="Nothing was changed yet" />;
          return (
            <div className="rows">
              {all.map((entry) => (
                <AuditRow key={entry.n} entry={entry} />
              ))}
            </div>
          );
        }}
      </Shown>
      <NextPage list={entries}>Newer</NextPage>
    </>
  );
}

function AuditRow({ entry: { n, at, actor, method, path, status, code, about } }: { readonly entry: Entry }) {
  return (
    <div className="row audit-row">
      <span className="digits faint">{n}</span>
      <Ago at={at} />
      <strong>{actor.name}</strong>
      <code>
        {method} {path}
      </code>
      <span className={`badge tone-${status < 400 ? 'good' : 'bad'}`}>{status}</span>
      <span className="faint">{[code, about].filter(Boolean).join(' · ')}</span>
    </div>
  );
}

function Verification() {
  const verify = useMutation({
    mutationFn: () => call<Static<typeof ChainView>>('GET', 'v1/audit/verification'),
  });
  return (
    <>
      <div className="filters">
        <Button onClick={() => verify.mutate()} whyNot={verify.isPending ? 'One moment' : undefined}>
          Verify the chain
        </Button>
      </div>
      {verify.error && <ProblemNote error={verify.error} />}
      {verify.data &&
        (verify.data.intact ? (
          <Note tone="good" title={`All ${verify.data.entries} entries are what was written`}>
            <p className="faint">
              Last hash <code>{verify.data.hash}</code>
            </p>
          </Note>
        ) : (
          <Note tone="bad" title={`Entry ${verify.data.brokenAt} is not what was written`}>
            <p>{verify.data.why}</p>
          </Note>
        ))}
    </>
  );
}

import { useQuery } from '@tanstack/react-query';
import { environmentsQuery } from '../api/queries.js';
import { BlockedNotes } from '../blockers/blocked-notes.jsx';
import { verdictQuery } from '../blockers/blocker-queries.js';
import { Note, ProblemNote } from '../elements/note.jsx';

/** What a deployment would have to wait for, said before it is asked for: blockers and approvals. */
export function InTheWay({
  service,
  version,
  environment,
}: {
  readonly service: string;
  readonly version: string;
  readonly environment: string;
}) {
  const verdict = useQuery(verdictQuery(service, environment, version));
  const { data: environments = [] } = useQuery(environmentsQuery);
  const approvals = environments.find((each) => each.environment === environment)?.approvals;
  return (
    <>
      {verdict.error && <ProblemNote error={verdict.error} />}
      {verdict.data && (
        <BlockedNotes blocked={verdict.data.by} held="It will be held" refused="It will be refused" />
      )}
      {approvals && (
        <Note
          tone="wait"
          title={approvals.count === 1 ? 'It needs an approval' : `It needs ${approvals.count} approvals`}
        >
          <p>{approvals.byAuthor ? 'Yours counts.' : 'Yours does not count: somebody else has to look.'}</p>
        </Note>
      )}
    </>
  );
}

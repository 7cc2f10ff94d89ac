import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { ReleaseView } from '../../../src/shared/contract/release.js';
import { Shown } from '../elements/shown.jsx';
import { Ago, Span } from '../elements/time.jsx';
import { useTab } from '../shell/tab.js';
import { ReleaseBadge } from './release-badge.jsx';
import { ReleaseMembers } from './release-members.jsx';
import { releaseQuery } from './release-queries.js';
import { StopRelease } from './stop-release.jsx';

const ON_FAILURE: Readonly<Record<ReleaseView['onFailure'], string>> = {
  stop: 'starts no more of them',
  rollback: 'takes all of them back',
  continue: 'goes on with the others',
};

/** One release: its members in their order, live, and a way to stop it. */
export function ReleaseScreen({ id }: { readonly id: string }) {
  const release = useQuery(releaseQuery(id));
  return (
    <Shown query={release} rows={8}>
      {(found) => <Known release={found} />}
    </Shown>
  );
}

function Known({ release }: { readonly release: ReleaseView }) {
  const { state, terminal, message, actor, onFailure, members, createdAt, finishedAt } = release;
  const done = members.filter(({ state }) => state === 'succeeded').length;
  const title = message ?? `Release of ${members.length} services`;
  useTab(title, state);
  return (
    <>
      <header className="head">
        <div>
          <p className="crumbs">
            <Link href="/releases">Releases</Link>
          </p>
          <h1>{title}</h1>
          <p className="head-state">
            <ReleaseBadge state={state} />
            <Span from={createdAt} to={finishedAt} />
            <span className="faint">
              {done} of {members.length} succeeded · asked by {actor} <Ago at={createdAt} /> · when one fails
              it {ON_FAILURE[onFailure]}
            </span>
          </p>
        </div>
        {!terminal && (
          <div className="actions">
            <StopRelease id={release.id} />
          </div>
        )}
      </header>
      <ReleaseMembers members={members} />
    </>
  );
}

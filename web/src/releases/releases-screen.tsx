import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { ReleaseView } from '../../../src/shared/contract/release.js';
import { LinkButton } from '../elements/button.jsx';
import { NextPage } from '../elements/next-page.jsx';
import { Empty } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { Ago, Span } from '../elements/time.jsx';
import { useTab } from '../shell/tab.js';
import { ReleaseBadge } from './release-badge.jsx';
import { releasePagesQuery } from './release-queries.js';

/** Several deployments as one: what is under way and what has been, newest first. */
export function ReleasesScreen() {
  useTab('Releases');
  const list = useInfiniteQuery(releasePagesQuery);
  return (
    <>
      <header className="head">
        <h1>Releases</h1>
        <LinkButton href="/releases/new" icon="plus">
          New release
        </LinkButton>
      </header>
      <Shown query={list} rows={6}>
        {({ pages }) =>
          pages[0]?.items.length === 0 ? (
            <Empty title="No release yet">
              <p>
                A release deploys several services as one, in an order, and says what happens when one of them
                fails. Restoring an environment makes one, too.
              </p>
            </Empty>
          ) : (
            <div className="rows">
              {pages.flatMap(({ items }) => items.map((each) => <ReleaseRow key={each.id} release={each} />))}
            </div>
          )
        }
      </Shown>
      <NextPage list={list}>Older</NextPage>
    </>
  );
}

function ReleaseRow({ release }: { readonly release: ReleaseView }) {
  const { id, state, members, message, actor, createdAt, finishedAt } = release;
  const environments = [...new Set(members.map(({ environment }) => environment))].sort();
  const said = message ?? members.map(({ service, version }) => `${service} ${version}`).join(', ');
  return (
    <Link href={`/releases/${id}`} className="row release-row" data-row>
      <ReleaseBadge state={state} />
      <span className="row-target">
        {members.length} {members.length === 1 ? 'service' : 'services'} <span className="faint">→</span>{' '}
        {environments.join(', ')}
      </span>
      <span className="row-said" title={said}>
        {said}
      </span>
      <span className="row-who">{actor}</span>
      <span className="row-span">
        <Span from={createdAt} to={finishedAt} />
      </span>
      <span className="row-ago">
        <Ago at={finishedAt ?? createdAt} />
      </span>
    </Link>
  );
}

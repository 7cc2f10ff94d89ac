import { Link } from 'wouter';
import type { ReleaseView } from '../../../src/shared/contract/release.js';
import { ReleaseBadge } from './release-badge.jsx';

type Member = ReleaseView['members'][number];

/** Members of a release, those that run together under one head. */
export function ReleaseMembers({ members }: { readonly members: readonly Member[] }) {
  const orders = [...new Set(members.map(({ order }) => order))].sort((one, other) => one - other);
  return orders.map((order, turn) => (
    <section key={order} className="release-turn" aria-label={`Turn ${turn + 1}`}>
      {orders.length > 1 && (
        <h2>
          Turn {turn + 1}{' '}
          <span className="faint">{turn === 0 ? 'starts at once' : `after turn ${turn} has ended`}</span>
        </h2>
      )}
      <div className="rows">
        {members
          .filter((each) => each.order === order)
          .map((member) => (
            <MemberRow key={`${member.service}/${member.environment}`} member={member} />
          ))}
      </div>
    </section>
  ));
}

function MemberRow({ member }: { readonly member: Member }) {
  const { service, environment, version, state, deployment } = member;
  return (
    <div className="row member-row">
      {deployment === undefined ? (
        <ReleaseBadge state={state} />
      ) : (
        <Link href={`/deployments/${deployment}`} data-row>
          <ReleaseBadge state={state} />
        </Link>
      )}
      <Link href={`/targets/${service}/${environment}`} className="row-target">
        {service} <span className="faint">→</span> {environment}
      </Link>
      <span className="row-version">{version}</span>
      <TakenBack member={member} />
    </div>
  );
}

/** Why it was not deployed, and what became of taking it back. */
function TakenBack({
  member: { refused, rollback, rollbackState, rollbackRefused },
}: {
  readonly member: Member;
}) {
  return (
    <span className="member-said">
      {refused}
      {rollback !== undefined && (
        <Link href={`/deployments/${rollback}`}>
          taken back: <ReleaseBadge state={rollbackState ?? 'waiting'} />
        </Link>
      )}
      {rollbackRefused !== undefined && (
        <span className="tone-bad badge">could not be taken back: {rollbackRefused}</span>
      )}
    </span>
  );
}

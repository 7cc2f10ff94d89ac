import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import type { Tone } from '../elements/state.js';

type Group = NonNullable<DeploymentView['groups']>[number];

const LOOKS: Readonly<Record<Group['result'], { readonly label: string; readonly tone: Tone }>> = {
  waiting: { label: 'Waiting', tone: 'wait' },
  updated: { label: 'Updated', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  rolled_back: { label: 'Rolled back', tone: 'warn' },
  untouched: { label: 'Not touched', tone: 'calm' },
  unknown: { label: 'Nobody knows', tone: 'bad' },
};

/** What became of each group of a target that is deployed several times. */
export function GroupResults({ groups }: { readonly groups: readonly Group[] }) {
  const updated = groups.filter(({ result }) => result === 'updated').length;
  return (
    <section className="panel" aria-label="Groups">
      <h2>
        Groups{' '}
        <span className="faint">
          {updated} of {groups.length} updated
        </span>
      </h2>
      {groups.map(({ name, result, because }) => (
        <div key={name} className="row group-row">
          <strong>{name}</strong>
          <span className={`badge tone-${LOOKS[result].tone}`}>{LOOKS[result].label}</span>
          <span className="group-because">{because}</span>
        </div>
      ))}
    </section>
  );
}

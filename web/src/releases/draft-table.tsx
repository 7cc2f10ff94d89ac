import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { verdictQuery } from '../blockers/blocker-queries.js';
import { versionsQuery } from '../api/queries.js';
import { Icon } from '../elements/icon.jsx';
import { Tick } from '../elements/tick.jsx';
import type { Draft, Edit } from './draft.js';

/** The services of one environment with the version and the turn of each, and what is in the way. */
export function DraftTable({
  environment,
  drafts,
  onChange,
}: {
  readonly environment: string;
  readonly drafts: readonly Draft[];
  readonly onChange: (draft: Draft, edit: Edit) => void;
}) {
  return (
    <section className="rows release-draft" aria-label={environment}>
      <table>
        <caption>{environment}</caption>
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">Runs</th>
            <th scope="col">Version</th>
            <th scope="col">Turn</th>
            <th scope="col">In the way</th>
          </tr>
        </thead>
        <tbody>
          {drafts.map((draft) => (
            <DraftRow key={draft.service} draft={draft} onChange={(edit) => onChange(draft, edit)} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function DraftRow({
  draft: { service, environment, runs, version, picked, turn },
  onChange,
}: {
  readonly draft: Draft;
  readonly onChange: (edit: Edit) => void;
}) {
  const id = useId();
  const { data: versions = [] } = useQuery({ ...versionsQuery(service), enabled: picked });
  return (
    <tr className={picked ? '' : 'faint'}>
      <th scope="row">
        <Tick checked={picked} onChange={(isPicked) => onChange({ picked: isPicked })}>
          {service}
          <span className="unseen"> in {environment}</span>
        </Tick>
      </th>
      <td className="version">{runs ?? '–'}</td>
      <td>
        <input
          aria-label={`Version of ${service} in ${environment}`}
          list={id}
          value={version}
          onChange={({ target }) => onChange({ version: target.value, picked: true })}
        />
        <datalist id={id}>
          {versions.map((each) => (
            <option key={each.version} value={each.version}>
              {each.message}
            </option>
          ))}
        </datalist>
      </td>
      <td>
        <input
          type="number"
          aria-label={`Turn of ${service} in ${environment}`}
          min={1}
          max={1_000}
          required={picked}
          value={turn}
          onChange={({ target }) => onChange({ turn: target.value })}
        />
      </td>
      <td>
        {picked && version.trim() !== '' && (
          <Blocked service={service} environment={environment} version={version.trim()} />
        )}
      </td>
    </tr>
  );
}

/** What would hold or refuse it now. */
function Blocked({ service, environment, version }: Pick<Draft, 'service' | 'environment' | 'version'>) {
  const verdict = useQuery(verdictQuery(service, environment, version));
  if (verdict.error) return <span className="tone-bad badge">{verdict.error.message}</span>;
  if (verdict.data === undefined) return null;
  if (verdict.data.by.length === 0) return <span className="faint">nothing</span>;
  return (
    <ul className="draft-blocked">
      {verdict.data.by.map(({ blocker, mode, because }) => (
        <li key={blocker} className="tone-warn badge">
          <Icon name="pause" /> {mode === 'hold' ? 'held' : 'refused'}: {because}
        </li>
      ))}
    </ul>
  );
}

import { useMutation, useQuery } from '@tanstack/react-query';
import { useId, useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';
import type { NewRelease, ReleaseView } from '../../../src/shared/contract/release.js';
import { call, CallFailed } from '../api/call.js';
import { versionsQuery } from '../api/queries.js';
import { Button } from '../elements/button.jsx';
import { Field } from '../elements/field.jsx';
import { ProblemNote } from '../elements/note.jsx';
import { Tick } from '../elements/tick.jsx';
import { useWhyNot } from '../session/session.js';
import type { Proposal } from './proposals.js';

/** What the release would do with one service. */
interface Draft extends Proposal {
  readonly picked: boolean;
  readonly order: string;
}

/** The services of an environment with the version and the turn of each, and the button. */
export function ReleaseForm({
  environment,
  proposals,
}: {
  readonly environment: string;
  readonly proposals: readonly Proposal[];
}) {
  const [, go] = useLocation();
  // Taken once: what is about to be deployed does not change under the hand of the user.
  const [drafts, setDrafts] = useState(() => proposals.map(draftOf));
  const denied = useWhyNot('deploy');
  const picked = drafts.filter((draft) => draft.picked);
  const create = useMutation({
    mutationFn: (body: NewRelease) => createRelease(body),
    onSuccess: ({ id }) => go(`/releases/${id}`),
  });
  const missing = denied ?? whatIsMissing(picked) ?? (create.isPending ? 'One moment' : undefined);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (missing !== undefined) return;
    const form = new FormData(event.currentTarget);
    const message = ((form.get('message') as string | null) ?? '').trim();
    create.mutate({
      members: picked.map(({ service, version, order }) => ({
        service,
        environment,
        version: version.trim(),
        order: Number(order),
      })),
      onFailure: form.get('onFailure') as NonNullable<NewRelease['onFailure']>,
      ...(message !== '' && { message }),
    });
  };
  const change = (service: string, next: Partial<Draft>) =>
    setDrafts((now) => now.map((each) => (each.service === service ? { ...each, ...next } : each)));
  return (
    <form onSubmit={submit}>
      <div className="rows release-draft">
        <table>
          <caption className="unseen">What the release deploys to {environment}</caption>
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Runs</th>
              <th scope="col">Version</th>
              <th scope="col">Turn</th>
            </tr>
          </thead>
          <tbody>
            {drafts.map((draft) => (
              <DraftRow key={draft.service} draft={draft} onChange={(next) => change(draft.service, next)} />
            ))}
          </tbody>
        </table>
      </div>
      <div className="release-about">
        <Field label="Message" hint="Optional">
          <input name="message" maxLength={500} placeholder="Release 42" />
        </Field>
        <Field label="When one fails">
          <select name="onFailure" defaultValue="stop">
            <option value="stop">Start no more</option>
            <option value="rollback">Take all of them back</option>
            <option value="continue">Go on with the others</option>
          </select>
        </Field>
      </div>
      {create.error && <ProblemNote error={create.error} />}
      <div className="actions">
        <Button type="submit" look="main" icon="rocket" whyNot={missing}>
          {`Deploy ${picked.length} to ${environment}`}
        </Button>
      </div>
    </form>
  );
}

function DraftRow({
  draft: { service, runs, version, picked, order },
  onChange,
}: {
  readonly draft: Draft;
  readonly onChange: (next: Partial<Draft>) => void;
}) {
  const id = useId();
  const { data: versions = [] } = useQuery({ ...versionsQuery(service), enabled: picked });
  return (
    <tr className={picked ? '' : 'faint'}>
      <th scope="row">
        <Tick checked={picked} onChange={(isPicked) => onChange({ picked: isPicked })}>
          {service}
        </Tick>
      </th>
      <td className="version">{runs ?? '–'}</td>
      <td>
        <input
          aria-label={`Version of ${service}`}
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
          aria-label={`Turn of ${service}`}
          min={1}
          max={1_000}
          required={picked}
          value={order}
          onChange={({ target }) => onChange({ order: target.value })}
        />
      </td>
    </tr>
  );
}

function draftOf(proposal: Proposal): Draft {
  const { version, runs } = proposal;
  return { ...proposal, picked: version !== '' && version !== runs, order: '1' };
}

function whatIsMissing(picked: readonly Draft[]): string | undefined {
  if (picked.length === 0) return 'Pick a service';
  const without = picked.find(({ version }) => version.trim() === '');
  return without && `Say which version of ${without.service}`;
}

/** A refusal names its members by their services instead of by their places in the request. */
async function createRelease(body: NewRelease): Promise<ReleaseView> {
  try {
    return await call<ReleaseView>('POST', 'v1/releases', { body });
  } catch (error) {
    if (!(error instanceof CallFailed) || !error.problem.errors) throw error;
    const errors = error.problem.errors.map(({ pointer, detail }) => ({
      pointer: pointer.replace(
        /^\/members\/(\d+)/,
        (all, at: string) => body.members[Number(at)]?.service ?? all,
      ),
      detail,
    }));
    throw new CallFailed(error.status, { ...error.problem, errors });
  }
}

import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';
import type { NewRelease, ReleaseView } from '../../../src/shared/contract/release.js';
import { call, CallFailed } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Field } from '../elements/field.jsx';
import { ProblemNote } from '../elements/note.jsx';
import { useWhyNot } from '../session/session.js';
import { DraftTable } from './draft-table.jsx';
import {
  draftsOf,
  membersOf,
  placeOf,
  whatIsMissing,
  type Draft,
  type Edit,
  type ProposedEnvironment,
} from './draft.js';
import { ReleasePreview } from './release-preview.jsx';

/** The services of some environments with the version and the turn of each, what would happen, and the button. */
export function ReleaseForm({
  proposed,
  wanted,
}: {
  readonly proposed: readonly ProposedEnvironment[];
  /** Targets that are picked at first; none for whatever would change. */
  readonly wanted: readonly string[];
}) {
  const [, go] = useLocation();
  const [edits, setEdits] = useState<Readonly<Record<string, Edit>>>({});
  const [previewed, setPreviewed] = useState(false);
  const drafts = draftsOf(useFirst(proposed), wanted, edits);
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
      members: membersOf(picked),
      onFailure: form.get('onFailure') as NonNullable<NewRelease['onFailure']>,
      ...(message !== '' && { message }),
    });
  };
  const change = (draft: Draft, edit: Edit) =>
    setEdits((now) => ({ ...now, [placeOf(draft)]: { ...now[placeOf(draft)], ...edit } }));
  return (
    <form onSubmit={submit}>
      {proposed.map(({ environment }) => (
        <DraftTable
          key={environment}
          environment={environment}
          drafts={drafts.filter((draft) => draft.environment === environment)}
          onChange={change}
        />
      ))}
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
      {previewed && <ReleasePreview picked={picked} />}
      {create.error && <ProblemNote error={create.error} />}
      <div className="actions">
        <Button pressed={previewed} whyNot={whatIsMissing(picked)} onClick={() => setPreviewed(!previewed)}>
          What would happen
        </Button>
        <Button type="submit" look="main" icon="rocket" whyNot={missing}>
          {`Deploy ${picked.length} to ${whereTo(picked, proposed)}`}
        </Button>
      </div>
    </form>
  );
}

/** What was proposed first for each environment: what is about to be deployed does not change under the hand of the user. */
function useFirst(proposed: readonly ProposedEnvironment[]): readonly ProposedEnvironment[] {
  const first = useRef(new Map<string, ProposedEnvironment>());
  return proposed.map((each) => {
    const known = first.current.get(each.environment) ?? each;
    first.current.set(each.environment, known);
    return known;
  });
}

function whereTo(picked: readonly Draft[], proposed: readonly ProposedEnvironment[]): string {
  const names = [...new Set(picked.map(({ environment }) => environment))];
  const [only] = names.length > 0 ? names : proposed.map(({ environment }) => environment);
  return names.length > 1 ? `${names.length} environments` : (only ?? 'nowhere');
}

/** A refusal names its members by their targets instead of by their places in the request. */
async function createRelease(body: NewRelease): Promise<ReleaseView> {
  try {
    return await call<ReleaseView>('POST', 'v1/releases', { body });
  } catch (error) {
    if (!(error instanceof CallFailed) || !error.problem.errors) throw error;
    const errors = error.problem.errors.map(({ pointer, detail }) => ({
      pointer: pointer.replace(/^\/members\/(\d+)/, (all, at: string) => {
        const member = body.members[Number(at)];
        return member ? placeOf(member) : all;
      }),
      detail,
    }));
    throw new CallFailed(error.status, { ...error.problem, errors });
  }
}

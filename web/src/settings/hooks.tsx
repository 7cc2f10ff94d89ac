import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DeliveryView, HookView } from '../../../src/shared/contract/hook.js';
import { addressOf, call } from '../api/call.js';
import type { Page } from '../api/page.js';
import { Button } from '../elements/button.jsx';
import { Empty, ProblemNote } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import type { Tone } from '../elements/state.js';
import { Ago } from '../elements/time.jsx';
import { NamedList } from './named-list.jsx';

const START = { sender: 'github', secrets: [''], decisions: [] };

const TONES: Readonly<Record<DeliveryView['outcome'], Tone>> = {
  done: 'good',
  nothing: 'calm',
  duplicate: 'calm',
  refused: 'bad',
};

/** What source and CI systems may deliver, and what came of each delivery. */
export function Hooks() {
  const hooks = useQuery({
    queryKey: ['hooks'],
    queryFn: ({ signal }) => call<Page<HookView>>('GET', 'v1/hooks', { query: { limit: 200 }, signal }),
  });
  return (
    <Shown query={hooks}>
      {({ items }) => (
        <>
          <NamedList
            kind="hook"
            folder="v1/hooks"
            start={START}
            items={items.map(({ hook, address, ...settings }) => ({
              name: hook,
              said: `${settings.sender} · ${addressOf(address.slice(1))}`,
              settings,
            }))}
          >
            {(hook) => <Deliveries hook={hook} />}
          </NamedList>
          {items.length === 0 && (
            <Empty title="No hook yet">
              <p>
                A hook lets GitHub, GitLab, Bitbucket, Gitea or any signed webhook register versions and
                deploy them by a table of branches.
              </p>
            </Empty>
          )}
        </>
      )}
    </Shown>
  );
}

function Deliveries({ hook }: { readonly hook: string }) {
  const client = useQueryClient();
  const key = ['deliveries', hook];
  const deliveries = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      call<Page<DeliveryView>>('GET', `v1/hooks/${hook}/deliveries`, { query: { limit: 50 }, signal }),
    // The stream tells of deployments alone.
    refetchInterval: 5_000,
  });
  const replay = useMutation({
    mutationFn: (delivery: string) => call('POST', `v1/hooks/${hook}/deliveries/${delivery}/replay`),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
  return (
    <Shown query={deliveries}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="pick-empty">Nothing was delivered yet.</p>
        ) : (
          <>
            {replay.error && <ProblemNote error={replay.error} />}
            {items.map(({ id, at, event, outcome, reason, replayable }) => (
              <div key={id} className="row happened-row">
                <Ago at={at} />
                <span className={`badge tone-${TONES[outcome]}`}>{outcome}</span>
                <span>{event}</span>
                <span className="faint">{reason}</span>
                <Button
                  whyNot={replayable ? undefined : 'Its body is not kept'}
                  onClick={() => replay.mutate(id)}
                >
                  Replay
                </Button>
              </div>
            ))}
          </>
        )
      }
    </Shown>
  );
}

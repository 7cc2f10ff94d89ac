import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { NoticeView, SubscriptionView } from '../../../src/shared/contract/subscription.js';
import { call } from '../api/call.js';
import type { Page } from '../api/page.js';
import { Button } from '../elements/button.jsx';
import { Empty, ProblemNote } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import type { Tone } from '../elements/state.js';
import { Ago } from '../elements/time.jsx';
import { NamedList } from './named-list.jsx';

const START = { channel: { type: 'webhook', url: 'https://', secret: '' } };

const TONES: Readonly<Record<NoticeView['outcome'], Tone>> = {
  waiting: 'wait',
  sent: 'good',
  'given-up': 'bad',
};

/** Who is told how deployments go, and whether the notices arrived. */
export function Subscriptions() {
  const subscriptions = useQuery({
    queryKey: ['subscriptions'],
    queryFn: ({ signal }) =>
      call<Page<SubscriptionView>>('GET', 'v1/subscriptions', { query: { limit: 200 }, signal }),
  });
  return (
    <Shown query={subscriptions}>
      {({ items }) => (
        <>
          <NamedList
            kind="subscription"
            folder="v1/subscriptions"
            start={START}
            items={items.map(({ subscription, ...settings }) => ({
              name: subscription,
              said: [settings.channel.type, settings.services?.join(', '), settings.environments?.join(', ')]
                .filter(Boolean)
                .join(' · '),
              settings,
            }))}
          >
            {(subscription) => <Notices subscription={subscription} />}
          </NamedList>
          {items.length === 0 && (
            <Empty title="Nobody is told yet">
              <p>A subscription tells a chat, a mailbox, a source system or a webhook how deployments end.</p>
            </Empty>
          )}
        </>
      )}
    </Shown>
  );
}

function Notices({ subscription }: { readonly subscription: string }) {
  const client = useQueryClient();
  const key = ['notices', subscription];
  const notices = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      call<Page<NoticeView>>('GET', `v1/subscriptions/${subscription}/notices`, {
        query: { limit: 50 },
        signal,
      }),
    // The stream tells of deployments alone.
    refetchInterval: 5_000,
  });
  const resend = useMutation({
    mutationFn: (notice: string) => call('POST', `v1/subscriptions/${subscription}/notices/${notice}/resend`),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
  return (
    <Shown query={notices}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="pick-empty">There was nothing to tell yet.</p>
        ) : (
          <>
            {resend.error && <ProblemNote error={resend.error} />}
            {items.map(({ id, createdAt, outcome, state, deployment, attempts, seen }) => (
              <div key={id} className="row happened-row">
                <Ago at={createdAt} />
                <span className={`badge tone-${TONES[outcome]}`}>{outcome}</span>
                <Link href={`/deployments/${deployment}`}>{state}</Link>
                <span className="faint">
                  {seen} {attempts > 1 && `after ${attempts} attempts`}
                </span>
                <Button onClick={() => resend.mutate(id)}>Send again</Button>
              </div>
            ))}
          </>
        )
      }
    </Shown>
  );
}

import { useMutation } from '@tanstack/react-query';
import type { ConnectionCheck, ConnectionView } from '../../../src/shared/contract/connection.js';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Icon, type IconName } from '../elements/icon.jsx';
import { Note, ProblemNote } from '../elements/note.jsx';
import type { Tone } from '../elements/state.js';
import { Ago } from '../elements/time.jsx';
import { useWhyNot } from '../session/session.js';

type Verdict = ConnectionCheck['verdict'];

const LOOKS: Readonly<Record<Verdict, readonly [IconName, Tone]>> = {
  passed: ['check', 'good'],
  failed: ['cross', 'bad'],
  unknown: ['info', 'warn'],
};

const TITLES: Readonly<Record<Verdict, string>> = {
  passed: 'A deployment could do its work there',
  failed: 'A deployment would not get through',
  unknown: 'Nothing failed, but not everything could be seen',
};

/** Has a worker look whether a deployment to a target could do its work, and lists what it saw. */
export function TestConnection({
  service,
  environment,
}: {
  readonly service: string;
  readonly environment: string;
}) {
  const denied = useWhyNot('edit', { service, environment });
  const test = useMutation({
    mutationFn: () => call<ConnectionView>('POST', `v1/targets/${service}/${environment}/connection`),
  });
  return (
    <div className="connection-test">
      <Button
        whyNot={denied ?? (test.isPending ? 'A worker looks at the target' : undefined)}
        onClick={() => test.mutate()}
      >
        Test connection
        <span className="unseen">
          {' '}
          of {service}/{environment}
        </span>
      </Button>
      <div role="status">
        {test.isPending && <p className="faint">A worker looks at the target; nothing is written …</p>}
        {test.data && !test.isPending && <Result view={test.data} />}
      </div>
      {test.error && !test.isPending && <ProblemNote error={test.error} />}
    </div>
  );
}

function Result({ view: { verdict, at, checks } }: { readonly view: ConnectionView }) {
  return (
    <>
      <Note tone={LOOKS[verdict][1]} title={TITLES[verdict]}>
        <p className="faint">
          Seen <Ago at={at} />
        </p>
      </Note>
      <ul className="connection-checks">
        {checks.map((check, index) => (
          <Check key={index} check={check} />
        ))}
      </ul>
    </>
  );
}

function Check({ check: { check, verdict, seen, todo } }: { readonly check: ConnectionCheck }) {
  const [icon, tone] = LOOKS[verdict];
  return (
    <li>
      <span className={`badge tone-${tone}`}>
        <Icon name={icon} />
        {verdict}
      </span>
      <div>
        <strong>{check}</strong>
        <p>{seen}</p>
        {todo !== undefined && <p className="faint">To do: {todo}</p>}
      </div>
    </li>
  );
}

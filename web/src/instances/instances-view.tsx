import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { InstancesView as Instances } from '../../../src/shared/contract/live-view.js';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Empty, ProblemNote } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import type { Tone } from '../elements/state.js';
import { Ago } from '../elements/time.jsx';
import { OperationDialog } from '../operations/operation-dialog.jsx';
import { useWhyNot } from '../session/session.js';
import { InstanceLogs } from './instance-logs.jsx';
import './instances.css';

/** Milliseconds between two looks at what runs. */
const LOOK_MS = 10_000;

type Instance = Instances['instances'][number];

/** The colours of Elastic Beanstalk: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-status.html */
const TONES: Readonly<Record<string, Tone>> = {
  Ok: 'good',
  Info: 'busy',
  Pending: 'wait',
  Unknown: 'calm',
  'No Data': 'calm',
  Suspended: 'calm',
  Warning: 'warn',
};

/** The instances of an environment of Elastic Beanstalk: health with its causes, and what each of them runs. */
export function InstancesView({
  service,
  environment,
}: {
  readonly service: string;
  readonly environment: string;
}) {
  const place = { service, environment };
  const noRestart = useWhyNot('restart', place);
  const [restarts, setRestarts] = useState(false);
  const instances = useQuery({
    queryKey: ['instances', service, environment],
    queryFn: ({ signal }) =>
      call<Instances>('GET', `v1/targets/${service}/${environment}/live/instances`, { signal }),
    refetchInterval: LOOK_MS,
    retry: false,
  });
  return (
    <>
      {instances.error && instances.data && <ProblemNote error={instances.error} />}
      <Shown query={instances}>
        {({ instances: found }) =>
          found.length === 0 ? (
            <Empty title="No instance runs" />
          ) : (
            <div className="rows" role="list" aria-label="Instances">
              {found.map((instance) => (
                <InstanceRow key={instance.id} instance={instance} />
              ))}
            </div>
          )
        }
      </Shown>
      <div className="pod-actions actions">
        <Button whyNot={noRestart} onClick={() => setRestarts(true)}>
          Restart the application servers
        </Button>
      </div>
      <InstanceLogs service={service} environment={environment} />
      {restarts && (
        <OperationDialog
          place={place}
          wish={{ kind: 'restart', body: {}, action: 'Restart the application servers' }}
          onClose={() => setRestarts(false)}
        />
      )}
    </>
  );
}

function InstanceRow({ instance }: { readonly instance: Instance }) {
  const { id, health, causes, version, deployment, deploymentId, launchedAt } = instance;
  const last = [deploymentId !== undefined && `deployment ${deploymentId}`, deployment].filter(Boolean);
  return (
    <div className="row pod-row instance-row" role="listitem">
      <strong>{id}</strong>
      <span className={`badge tone-${TONES[health] ?? 'bad'}`}>{health}</span>
      <span className="version">{version}</span>
      <span className="faint">{last.join(', ')}</span>
      <span className="row-ago faint">{launchedAt !== undefined && <Ago at={launchedAt} />}</span>
      {causes.length > 0 && (
        <ul className="instance-causes">
          {causes.map((cause) => (
            <li key={cause}>{cause}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

import { useQuery } from '@tanstack/react-query';
import type { InstancesView } from '../../../src/shared/contract/live-view.js';
import { call } from '../api/call.js';
import { Empty } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { Ago } from '../elements/time.jsx';
import { InstanceLogs } from './instance-logs.jsx';
import { Pods } from './pods.jsx';

/** Milliseconds between two looks at what runs. */
const LOOK_MS = 10_000;

interface LiveProps {
  readonly service: string;
  readonly environment: string;
}

/** What really runs on a target now, as the platform says it: pods of a cluster, or instances. */
export function LiveView({ service, environment, provider }: LiveProps & { readonly provider: string }) {
  if (provider === 'kubernetes') return <Pods service={service} environment={environment} />;
  return <Instances service={service} environment={environment} />;
}

function Instances({ service, environment }: LiveProps) {
  const instances = useQuery({
    queryKey: ['instances', service, environment],
    queryFn: ({ signal }) =>
      call<InstancesView>('GET', `v1/targets/${service}/${environment}/live/instances`, { signal }),
    refetchInterval: LOOK_MS,
    retry: false,
  });
  return (
    <Shown query={instances}>
      {({ instances: found }) =>
        found.length === 0 ? (
          <Empty title="No instance runs" />
        ) : (
          <>
            <div className="rows">
              {found.map(({ id, health, causes, version, launchedAt }) => (
                <div key={id} className="row pod-row">
                  <strong>{id}</strong>
                  <span className={`badge tone-${health === 'Ok' ? 'good' : 'warn'}`}>{health}</span>
                  <span className="faint">{causes.join(' ')}</span>
                  <span className="version">{version}</span>
                  <span className="row-ago faint">{launchedAt && <Ago at={launchedAt} />}</span>
                </div>
              ))}
            </div>
            <InstanceLogs service={service} environment={environment} />
          </>
        )
      }
    </Shown>
  );
}

import { InstancesView } from '../instances/instances-view.jsx';
import { PodsView } from '../pods/pods-view.jsx';

/** What really runs on a target now, as the platform says it: pods of a cluster, or instances. */
export function LiveView({
  service,
  environment,
  provider,
}: {
  readonly service: string;
  readonly environment: string;
  readonly provider: string;
}) {
  if (provider === 'kubernetes') return <PodsView service={service} environment={environment} />;
  return <InstancesView service={service} environment={environment} />;
}

import { useQuery } from '@tanstack/react-query';
import { targetsQuery } from '../api/queries.js';
import { Tabs } from '../shell/tabs.jsx';

/** The views of a target; what there is to see depends on where it runs. */
export function TargetTabs({
  service,
  environment,
  view,
}: {
  readonly service: string;
  readonly environment: string;
  readonly view: string;
}) {
  const path = `/targets/${service}/${environment}`;
  const { data: targets } = useQuery(targetsQuery);
  const target = targets?.find((each) => each.service === service && each.environment === environment);
  const hasPods = target?.provider === 'kubernetes';
  const views = [
    ['history', 'History'],
    ['now', hasPods ? 'Pods' : 'Instances'],
    ...(hasPods ? [['shells', 'Shells']] : []),
    ['drift', 'Drift'],
    ['configuration', 'Configuration'],
  ] as [string, string][];
  return (
    <Tabs
      tabs={views.map(([name, title]) => ({
        name: title,
        href: name === 'history' ? path : `${path}?view=${name}`,
        current: view === name,
      }))}
    />
  );
}

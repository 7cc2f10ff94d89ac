import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import { targetsQuery } from '../api/queries.js';
import { Simulator } from './simulator.jsx';
import { WeekPicture } from './week-picture.jsx';

/** One target, named by the address: its closed hours, and whether it would be blocked at some time. */
export function TargetHours() {
  const { data: targets = [] } = useQuery(targetsQuery);
  const [params, setParams] = useSearchParams();
  const asked = params.get('target');
  const target = targets.find((each) => nameOf(each) === asked) ?? targets[0];
  if (!target) return null;
  const { service, environment } = target;
  return (
    <>
      <div className="filters target-hours">
        <h2 className="chapter">For</h2>
        <select
          aria-label="Target"
          value={nameOf(target)}
          onChange={(event) => setParams({ target: event.target.value }, { replace: true })}
        >
          {targets.map((each) => (
            <option key={nameOf(each)}>{nameOf(each)}</option>
          ))}
        </select>
      </div>
      <WeekPicture service={service} environment={environment} />
      <Simulator key={nameOf(target)} service={service} environment={environment} />
    </>
  );
}

function nameOf({
  service,
  environment,
}: {
  readonly service: string;
  readonly environment: string;
}): string {
  return `${service}/${environment}`;
}

import { useQuery } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { useSearchParams } from 'wouter';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import type { Version } from '../../../src/shared/contract/version.js';
import { call } from '../api/call.js';
import type { Page } from '../api/page.js';
import { readDeployments, servicesQuery } from '../api/queries.js';
import { Note } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { spellSpan } from '../elements/spell-time.js';
import { useTab } from '../shell/tab.js';
import { deliveryKeys, type Day } from './delivery-keys.js';

/** Most deployments that are looked at: beyond them the page says that it does not know all. */
const MOST = 4_000;
const SPANS = [7, 28, 90];

/** How often and how well this installation delivers. */
export function InsightsScreen() {
  useTab('Insights');
  const [params, setParams] = useSearchParams();
  const [count, service] = [
    SPANS.find((days) => String(days) === params.get('days')) ?? 28,
    params.get('service') ?? '',
  ];
  const { data: services = [] } = useQuery(servicesQuery);
  const history = useQuery({
    queryKey: ['history', count, service],
    queryFn: ({ signal }) => readSince(Date.now() - count * 86_400_000, service, signal),
    staleTime: 60_000,
  });
  const set = (name: string, value: string) =>
    setParams((now) => {
      if (value === '') now.delete(name);
      else now.set(name, value);
      return now;
    });
  return (
    <>
      <header className="head">
        <h1>Insights</h1>
      </header>
      <div className="filters">
        <div className="segments" role="group" aria-label="Days">
          {SPANS.map((days) => (
            <button
              key={days}
              type="button"
              aria-pressed={days === count}
              onClick={() => set('days', String(days))}
            >
              {days} days
            </button>
          ))}
        </div>
        <select aria-label="Service" value={service} onChange={(event) => set('service', event.target.value)}>
          <option value="">Service: all</option>
          {services.map((each) => (
            <option key={each.service}>{each.service}</option>
          ))}
        </select>
      </div>
      <Shown query={history} rows={5}>
        {({ deployments, registered, whole }) => (
          <>
            {!whole && <Note tone="warn" title={`Only the newest ${MOST} deployments are counted`} />}
            <Keys deployments={deployments} registered={registered} count={count} />
          </>
        )}
      </Shown>
    </>
  );
}

function Keys({
  deployments,
  registered,
  count,
}: {
  readonly deployments: readonly DeploymentView[];
  readonly registered: ReadonlyMap<string, number>;
  readonly count: number;
}) {
  const keys = useMemo(
    () => deliveryKeys(deployments, registered, count, Date.now()),
    [deployments, registered, count],
  );
  return (
    <>
      <div className="key-figures">
        <Figure name="Deployment frequency" what="Deployments that succeeded, for each day">
          {keys.frequency.toFixed(keys.frequency < 10 ? 1 : 0)} <small>a day</small>
        </Figure>
        <Figure name="Lead time" what="Median from registering a version to its success">
          {spanOf(keys.leadMs)}
        </Figure>
        <Figure name="Change failure rate" what="Share of those that changed a target and did not stay">
          {shareOf(keys.failureRate)}
        </Figure>
        <Figure name="Recovery time" what="Median from a failure to the next success on its target">
          {spanOf(keys.recoveryMs)}
        </Figure>
        <Figure name="Rework" what="Share of those that repeat or undo another one">
          {shareOf(keys.rework)}
        </Figure>
      </div>
      <Days days={keys.days} />
    </>
  );
}

function Figure({
  name,
  what,
  children,
}: {
  readonly name: string;
  readonly what: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="panel key-figure">
      <h2>{name}</h2>
      <p className="key-value">{children}</p>
      <p className="faint">{what}</p>
    </div>
  );
}

/** Bars of the days; the same numbers stand in a table for those who do not see them. */
function Days({ days }: { readonly days: readonly Day[] }) {
  const most = Math.max(1, ...days.map(({ succeeded, failed }) => succeeded + failed));
  const width = 100 / days.length;
  return (
    <section className="panel days" aria-label="Deployments by day">
      <h2>
        By day <span className="badge tone-good">succeeded</span>{' '}
        <span className="badge tone-bad">failed</span>
      </h2>
      <svg viewBox="0 0 100 40" preserveAspectRatio="none" aria-hidden="true">
        {days.map(({ date, succeeded, failed }, index) => {
          const [up, down] = [(38 * succeeded) / most, (38 * failed) / most];
          return (
            <g key={date}>
              <title>{`${date}: ${succeeded} succeeded, ${failed} failed`}</title>
              <rect
                className="bar-none"
                x={index * width + width * 0.1}
                width={width * 0.8}
                y={39.4}
                height={0.6}
              />
              <rect
                className="bar-good"
                x={index * width + width * 0.1}
                width={width * 0.8}
                y={40 - up}
                height={up}
              />
              <rect
                className="bar-bad"
                x={index * width + width * 0.1}
                width={width * 0.8}
                y={40 - up - down}
                height={down}
              />
            </g>
          );
        })}
      </svg>
      <p className="days-ends faint">
        <span>{days[0]?.date}</span>
        <span>{days.at(-1)?.date}</span>
      </p>
      <table className="unseen">
        <caption>Deployments by day</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">Succeeded</th>
            <th scope="col">Failed</th>
          </tr>
        </thead>
        <tbody>
          {days.map(({ date, succeeded, failed }) => (
            <tr key={date}>
              <th scope="row">{date}</th>
              <td>{succeeded}</td>
              <td>{failed}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function spanOf(ms: number | undefined) {
  return ms === undefined ? <small>nothing to count</small> : spellSpan(ms);
}

function shareOf(share: number | undefined) {
  return share === undefined ? <small>nothing to count</small> : `${(share * 100).toFixed(1)} %`;
}

/** Deployments from `since` on, and when their versions were registered. `whole` is false when there are more than the page looks at. */
async function readSince(since: number, service: string, signal: AbortSignal) {
  const deployments: DeploymentView[] = [];
  let cursor: string | undefined;
  let isPast = false;
  do {
    const page = await readDeployments({ limit: 200, ...(service !== '' && { service }) }, cursor, signal);
    deployments.push(...page.items);
    cursor = page.nextCursor;
    const last = page.items.at(-1);
    isPast = last === undefined || Date.parse(last.acceptedAt) < since;
  } while (!isPast && cursor !== undefined && deployments.length < MOST);
  const services = [...new Set(deployments.map((each) => each.service))];
  const registered = new Map(
    (await Promise.all(services.map((each) => readRegistered(each, signal)))).flat(),
  );
  return { deployments, registered, whole: isPast || cursor === undefined };
}

/** When the newest versions of a service were registered. */
async function readRegistered(service: string, signal: AbortSignal): Promise<[string, number][]> {
  const path = `v1/services/${service}/versions`;
  const { items } = await call<Page<Version>>('GET', path, { query: { limit: 500 }, signal });
  return items.map(({ version, createdAt }) => [`${service}/${version}`, Date.parse(createdAt)]);
}

import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'wouter';
import { servicesQuery, targetsQuery } from '../api/queries.js';
import { Empty } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { useTab } from '../shell/tab.js';

/** Every service, and where it has targets. */
export function ServicesScreen() {
  useTab('Services');
  const services = useQuery(servicesQuery);
  const { data: targets = [] } = useQuery(targetsQuery);
  const [params, setParams] = useSearchParams();
  const wanted = params.get('q') ?? '';
  return (
    <>
      <header className="head">
        <h1>Services</h1>
        <input
          data-filter
          className="filter"
          placeholder="Filter services  /"
          aria-label="Filter services"
          value={wanted}
          onChange={({ target: { value } }) => setParams(value === '' ? {} : { q: value }, { replace: true })}
        />
      </header>
      <Shown query={services} rows={6}>
        {(found) => {
          const fitting = found.filter(({ service }) => service.includes(wanted.toLowerCase()));
          if (fitting.length === 0)
            return <Empty title={wanted === '' ? 'No service is registered yet' : 'No service fits'} />;
          return (
            <div className="rows">
              {fitting.map(({ service, description }) => (
                <Link key={service} href={`/services/${service}`} className="row service-row" data-row>
                  <strong>{service}</strong>
                  <span className="faint">{description}</span>
                  <span className="faint">
                    {targets
                      .filter((each) => each.service === service)
                      .map(({ environment }) => environment)
                      .join(', ') || 'no target'}
                  </span>
                </Link>
              ))}
            </div>
          );
        }}
      </Shown>
    </>
  );
}

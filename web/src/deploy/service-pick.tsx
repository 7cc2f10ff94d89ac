import { useQuery } from '@tanstack/react-query';
import { servicesQuery } from '../api/queries.js';
import { useStars } from '../board/stars.jsx';
import { Empty } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { Pick, PickList, useFilter } from './pick-list.jsx';

/** Which service; those with a star come first. */
export function ServicePick({
  picked,
  onPick,
}: {
  readonly picked: string;
  readonly onPick: (service: string) => void;
}) {
  const services = useQuery(servicesQuery);
  const stars = useStars();
  const filter = useFilter('filter');
  return (
    <PickList step={1} title="Service" filter={filter}>
      <Shown query={services}>
        {(found) => {
          const fitting = found
            .filter(({ service }) => service.includes(filter.value.toLowerCase()))
            .sort((one, other) => Number(stars.has(other.service)) - Number(stars.has(one.service)));
          if (fitting.length === 0) return <Empty title="No service" />;
          return fitting.map(({ service, description }) => (
            <Pick
              key={service}
              kind="radio"
              name="service"
              picked={service === picked}
              onPick={() => onPick(service)}
            >
              <strong>{service}</strong>
              {description && <span className="faint">{description}</span>}
            </Pick>
          ));
        }}
      </Shown>
    </PickList>
  );
}

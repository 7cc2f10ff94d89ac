import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { environmentsQuery, servicesQuery, targetsQuery } from '../api/queries.js';
import { Button } from '../elements/button.jsx';
import { Dialog } from '../elements/dialog.jsx';
import { Shown } from '../elements/shown.jsx';
import { useWhyNot } from '../session/session.js';
import { ConfigurationEditor } from './configuration-editor.jsx';
import { NameForm } from './name-form.jsx';

/** Something that is configured: `path` is where the API keeps it. */
interface Item {
  readonly path: string;
  readonly name: string;
  readonly settings: object;
  /** It is not there yet. */
  readonly isNew?: true;
}

/** Services, environments and targets, each to be changed as JSON. */
export function ConfigurationList() {
  const services = useQuery(servicesQuery);
  const environments = useQuery(environmentsQuery);
  const targets = useQuery(targetsQuery);
  const [open, setOpen] = useState<Item>();
  return (
    <>
      <Part
        title="Environments"
        fresh="environment"
        onOpen={setOpen}
        query={environments}
        items={(found) =>
          found.map(({ environment, ...settings }) => ({
            path: `v1/environments/${environment}`,
            name: environment,
            settings,
          }))
        }
      />
      <Part
        title="Services"
        fresh="service"
        onOpen={setOpen}
        query={services}
        items={(found) =>
          found.map(({ service, ...settings }) => ({
            path: `v1/services/${service}`,
            name: service,
            settings,
          }))
        }
      />
      <Part
        title="Targets"
        fresh="target"
        onOpen={setOpen}
        query={targets}
        items={(found) =>
          found.map(({ service, environment, ...settings }) => ({
            path: `v1/targets/${service}/${environment}`,
            name: `${service}/${environment}`,
            settings,
          }))
        }
      />
      {open && (
        <Dialog title={open.name} onClose={() => setOpen(undefined)}>
          <ConfigurationEditor path={open.path} settings={open.settings} isNew={open.isNew ?? false} />
        </Dialog>
      )}
    </>
  );
}

function Part<T>({
  title,
  fresh,
  query,
  items,
  onOpen,
}: {
  readonly title: string;
  readonly fresh: 'service' | 'environment' | 'target';
  readonly query: Parameters<typeof Shown<T>>[0]['query'];
  readonly items: (found: T) => readonly Item[];
  readonly onOpen: (item: Item) => void;
}) {
  const [naming, setNaming] = useState(false);
  const denied = useWhyNot('edit');
  return (
    <section className="configuration">
      <div className="configuration-head">
        <h2>{title}</h2>
        <Button look="quiet" icon="plus" whyNot={denied} onClick={() => setNaming(true)}>
          New {fresh}
        </Button>
      </div>
      <Shown query={query}>
        {(found) => (
          <div className="rows">
            {items(found).map((item) => (
              <button
                key={item.path}
                type="button"
                className="row configuration-row"
                data-row
                onClick={() => onOpen(item)}
              >
                <strong>{item.name}</strong>
                <code className="faint">{JSON.stringify(item.settings)}</code>
              </button>
            ))}
          </div>
        )}
      </Shown>
      {naming && (
        <Dialog title={`New ${fresh}`} onClose={() => setNaming(false)}>
          <NameForm
            kind={fresh}
            onName={(name) => {
              setNaming(false);
              onOpen({ path: `v1/${fresh}s/${name}`, name, settings: START[fresh], isNew: true });
            }}
          />
        </Dialog>
      )}
    </section>
  );
}

const START = {
  service: { description: '' },
  environment: { description: '' },
  target: { provider: 'elastic-beanstalk', spec: { application: '', environment: '', region: '' } },
};

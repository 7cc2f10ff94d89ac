import { useSearchParams } from 'wouter';
import { useTab } from '../shell/tab.js';
import { DeployForm } from './deploy-form.jsx';
import type { Choice } from './deploy-request.js';
import { EnvironmentPick } from './environment-pick.jsx';
import { ServicePick } from './service-pick.jsx';
import { VersionPick } from './version-pick.jsx';

/** A new deployment: service, version, environments, and what would happen, on one page. */
export function DeployScreen() {
  useTab('New deployment');
  const [params, setParams] = useSearchParams();
  const choice: Choice = {
    service: params.get('service') ?? '',
    version: params.get('version') ?? '',
    environments: params.getAll('environment'),
  };
  const pick = ({ service, version, environments }: Choice) =>
    setParams(
      [
        ...(service === '' ? [] : [['service', service]]),
        ...(version === '' ? [] : [['version', version]]),
        ...environments.map((environment) => ['environment', environment]),
      ],
      { replace: true },
    );
  const { service, version, environments } = choice;
  return (
    <>
      <header className="head">
        <h1>New deployment</h1>
      </header>
      <div className="picks">
        <ServicePick
          picked={service}
          onPick={(next) =>
            pick({ service: next, version: '', environments: next === service ? environments : [] })
          }
        />
        <VersionPick
          service={service}
          picked={version}
          onPick={(next) => pick({ ...choice, version: next })}
        />
        <EnvironmentPick
          service={service}
          picked={environments}
          onPick={(next) => pick({ ...choice, environments: next })}
        />
      </div>
      <DeployForm key={JSON.stringify(choice)} choice={choice} />
    </>
  );
}

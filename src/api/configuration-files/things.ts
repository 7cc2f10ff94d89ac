import { Environment, Service, Target } from '../../shared/contract/configuration.js';
import { EnvironmentName, ServiceName } from '../../shared/contract/names.js';
import type { Thing } from '../../shared/config/configuration-document.js';
import { schemaOf, type Schema, type Violation } from '../../shared/schema/schema.js';
import { exactChecks } from '../variants.js';
import { within } from '../violations.js';

const names: Readonly<Record<'service' | 'environment', Schema<string>>> = {
  service: schemaOf(ServiceName),
  environment: schemaOf(EnvironmentName),
};
const values: Readonly<Record<Thing['kind'], Schema<unknown>>> = {
  service: schemaOf(Service),
  environment: schemaOf(Environment),
  target: schemaOf(Target),
};

/** What is wrong with a thing by the schemas of the API. */
export function violationsOf(thing: Thing): readonly Violation[] {
  const found =
    thing.kind === 'target'
      ? [...names.service.problems(thing.service), ...names.environment.problems(thing.environment)]
      : names[thing.kind].problems(thing.name);
  return within(thing.pointer, [
    ...found.map(({ detail }) => ({ pointer: '', detail: `the name of a ${thing.kind} ${detail}` })),
    ...exactChecks(thing.value, values[thing.kind].problems(thing.value)),
  ]);
}

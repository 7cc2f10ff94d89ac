import { Type } from 'typebox';
import { closed, EnvironmentName, ServiceName } from '../../shared/contract/names.js';
import type { Place } from '../../shared/domain/access.js';
import type { Answer } from '../route.js';

export const ServicePath = Type.Object({ service: ServiceName }, { ...closed, description: 'Path' });

/** The service that the path names, as the place that a right is needed for. */
export const serviceOf = ({ params }: { readonly params: { readonly service: string } }): Place => ({
  service: params.service,
});

export const EnvironmentPath = Type.Object(
  { environment: EnvironmentName },
  { ...closed, description: 'Path' },
);

export const TargetPath = Type.Object(
  { service: ServiceName, environment: EnvironmentName },
  { ...closed, description: 'Path' },
);

/** Ids are looked up, not judged: one that cannot exist is unknown like any other. */
export const DeploymentPath = Type.Object(
  {
    id: Type.String({
      maxLength: 100,
      description: 'Id of a deployment',
      examples: ['01kaqv9zc3h8m2x6y7w4t5r0pn'],
    }),
  },
  { ...closed, description: 'Path' },
);

/** Seconds for which an answer may be held back; proxies give up at 60. */
export const Wait = Type.Integer({
  minimum: 0,
  maximum: 55,
  description: 'Seconds to wait for a change before answering',
  examples: [50],
});

/** A refusal as an answer of a route. */
export function refused(description: string): Answer {
  return { description, types: ['application/problem+json'] };
}

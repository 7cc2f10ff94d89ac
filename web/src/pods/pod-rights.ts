import { useQuery } from '@tanstack/react-query';
import { environmentsQuery } from '../api/queries.js';
import { useWhyNot } from '../session/session.js';

/** What may be done to pods, each with why not. */
export interface PodRights {
  readonly logs: string | undefined;
  readonly shell: string | undefined;
  readonly java: string | undefined;
  readonly restart: string | undefined;
  readonly scale: string | undefined;
}

/** What the person may do to the pods of a target. */
export function usePodRights(place: { readonly service: string; readonly environment: string }): PodRights {
  const { data: environments } = useQuery(environmentsQuery);
  const allows = environments?.find(({ environment }) => environment === place.environment)?.live?.exec;
  const exec = useWhyNot('exec', place);
  return {
    logs: useWhyNot('logs', place),
    shell:
      exec ??
      (allows === true
        ? undefined
        : `${place.environment} allows no shells; an administrator allows them with live: {exec: true}`),
    java: useWhyNot('jmx-read', place),
    restart: useWhyNot('restart', place),
    scale: useWhyNot('scale', place),
  };
}

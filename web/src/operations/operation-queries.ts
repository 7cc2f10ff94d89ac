import { queryOptions } from '@tanstack/react-query';
import type { OperationView } from '../../../src/shared/contract/live-operation.js';
import { call } from '../api/call.js';

/** Operations of a target, newest first. The stream keeps them current. */
export const operationsQuery = (service: string, environment: string) =>
  queryOptions({
    queryKey: ['operations', service, environment],
    queryFn: async ({ signal }) => {
      const path = `v1/targets/${service}/${environment}/live/operations`;
      const { operations } = await call<{ operations: OperationView[] }>('GET', path, { signal });
      return operations;
    },
  });

import { queryOptions, skipToken } from '@tanstack/react-query';
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

/** The operation of a target of which the stream told last; none before it told of one. */
export const operationNowQuery = (service: string, environment: string) =>
  queryOptions<OperationView>({ queryKey: ['operation-now', service, environment], queryFn: skipToken });

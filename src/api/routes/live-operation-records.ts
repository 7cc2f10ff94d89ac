import { Type } from 'typebox';
import { OperationsView, OperationView } from '../../shared/contract/live-operation.js';
import { closed, EnvironmentName, ServiceName } from '../../shared/contract/names.js';
import type { Operation } from '../../shared/domain/operations.js';
import type { Bell } from '../../shared/store/bell.js';
import type { Operations } from '../../shared/store/operations.js';
import { presentOperation } from '../present-operation.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { awaitOperation } from '../use-cases/request-operation.js';
import { waitOf } from '../wait.js';
import { refused, TargetPath, Wait } from './parameters.js';

interface RecordRouteDeps {
  readonly operations: Operations;
  readonly bell: Pick<Bell, 'next'>;
}

const tag = 'Live';

const OperationPath = Type.Object(
  {
    service: ServiceName,
    environment: EnvironmentName,
    operation: Type.String({
      maxLength: 100,
      description: 'Id of an operation',
      examples: ['01kaqv9zc3h8m2x6y7w4t5r0pn'],
    }),
  },
  { ...closed, description: 'Path' },
);

/** Read what people have done to a target beside deployments, and cancel what has not begun. */
export function operationRecordRoutes({ operations, bell }: RecordRouteDeps): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/targets/:service/:environment/live/operations',
      tag,
      summary: 'List what people have done to a target beside deployments',
      description: 'The last 500 of a target are kept.',
      access: { verb: 'view', on: ({ params }) => params },
      params: TargetPath,
      query: Type.Object(
        {
          limit: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 500, description: 'Most to answer', examples: [50] }),
          ),
        },
        { ...closed, description: 'How many' },
      ),
      answers: { 200: { description: 'Operations', schema: OperationsView } },
      async handler({ params, query: { limit = 100 } }) {
        const found = await operations.list(params, limit);
        return json(200, { operations: found.map(presentOperation) });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/targets/:service/:environment/live/operations/:operation',
      tag,
      summary: 'Read an operation',
      description: 'With wait, or Prefer: wait, the answer is held back until it has ended.',
      access: { verb: 'view', on: ({ params }) => params },
      params: OperationPath,
      query: Type.Object({ wait: Type.Optional(Wait) }, { ...closed, description: 'Waiting' }),
      headers: { Prefer: 'wait=50' },
      answers: {
        200: { description: 'The operation', schema: OperationView },
        404: refused('Unknown operation'),
      },
      async handler({ params, query, around }) {
        const wait = waitOf(query.wait, around.header('prefer'));
        known(await operations.load(params.operation), params);
        const now = await awaitOperation({ operations, bell }, params.operation, wait.ms, around.signal());
        return json(200, presentOperation(known(now, params)), wait.headers);
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/v1/targets/:service/:environment/live/operations/:operation',
      tag,
      summary: 'Cancel an operation that has not begun',
      access: { verb: 'cancel', on: ({ params }) => params },
      params: OperationPath,
      answers: {
        200: { description: 'It is cancelled, and never begun', schema: OperationView },
        404: refused('Unknown operation'),
        409: refused('It has begun or ended'),
      },
      async handler({ params }, caller) {
        const { operation: id } = params;
        known(await operations.load(id), params);
        const said = await operations.cancel(params, id, caller.name);
        if (typeof said !== 'string')
          throw new Refusal('operation.begun', `Operation ${id} is ${said.begun}; nothing was cancelled`);
        return json(200, presentOperation(known(await operations.load(id), params)));
      },
    }),
  ];
}

/** The operation, when it is one of this target. Throws a Refusal otherwise, as if there were none. */
function known(
  found: Operation | undefined,
  { service, environment, operation }: { service: string; environment: string; operation: string },
): Operation {
  if (found && found.service === service && found.environment === environment) return found;
  throw new Refusal('operation.unknown', `${service}/${environment} has no operation ${operation}`);
}

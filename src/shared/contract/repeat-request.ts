import { Type, type Static } from 'typebox';
import { DeployRequest } from './deploy-request.js';
import { closed, Text } from './names.js';

const { onBusy, onBlocked, priority } = DeployRequest.properties;
const timing = { onBusy, onBlocked, priority };

export const RollbackRequest = Type.Object(
  { reason: Text('Why', 'Customers cannot pay'), ...timing },
  { ...closed, description: 'Deploy again what ran before a deployment' },
);

export const RedeployRequest = Type.Object(
  {
    reason: Type.Optional(
      Text('Why; needed for a version that was rolled back on this target', 'The database is back'),
    ),
    ...timing,
  },
  { ...closed, description: 'Deploy exactly what a deployment deployed once more' },
);

export type RollbackRequest = Static<typeof RollbackRequest>;
export type RedeployRequest = Static<typeof RedeployRequest>;

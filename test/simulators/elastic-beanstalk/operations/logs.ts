import { pullLogs } from '../log-collection.js';
import type { PulledLog } from '../model.js';
import { dateOf, environmentOf, required } from '../operation.js';
import type { ApiOperation } from '../operation.js';
import type { Params } from '../query-xml.js';
import { invalidValue } from '../service-error.js';

/** Operations that pull logs and tell where they are. Older samples are told too, newest last. */
export const logOperations: Readonly<Record<string, ApiOperation>> = {
  RequestEnvironmentInfo: {
    mutates: false,
    handle(site, { params, requestId }) {
      const environment = environmentOf(site, params);
      if (environment.status === 'Launching' || environment.status.startsWith('Terminat')) {
        throw invalidValue(
          `Environment named ${environment.name} is in an invalid state for this operation. Must be Ready.`,
        );
      }
      pullLogs(site, environment, { type: infoType(params), id: requestId });
      return undefined;
    },
  },
  RetrieveEnvironmentInfo: {
    mutates: false,
    handle(site, { params }) {
      const environment = environmentOf(site, params);
      const type = infoType(params);
      const logs = environment.pulledLogs.filter((log) => log.type === type);
      return {
        EnvironmentInfo: logs.map((log) => ({
          InfoType: log.type,
          Ec2InstanceId: log.instanceId,
          SampleTimestamp: dateOf(log.at),
          Message: log.url,
        })),
      };
    },
  },
};

function infoType(params: Params): PulledLog['type'] {
  const type = required(params, 'InfoType');
  if (type === 'tail' || type === 'bundle' || type === 'analyze') return type;
  throw invalidValue(`Value '${type}' at 'infoType' is not one of tail, bundle, analyze.`);
}

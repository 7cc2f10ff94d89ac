import type { Answer, Recognised } from '../s3/exchange.js';
import { signerOf } from '../s3/signature.js';
import type { WireRequest } from '../s3/signature.js';
import type { ApiOperation } from './operation.js';
import { applicationOperations } from './operations/applications.js';
import { configurationOperations } from './operations/configuration.js';
import { environmentOperations } from './operations/environments.js';
import { eventOperations } from './operations/events.js';
import { healthOperations } from './operations/health.js';
import { lifecycleOperations } from './operations/lifecycle.js';
import { logOperations } from './operations/logs.js';
import { platformOperations } from './operations/platform.js';
import { tagOperations } from './operations/tags.js';
import { versionOperations } from './operations/versions.js';
import { queryAnswer, queryError } from './query-xml.js';
import type { Params, QueryCall } from './query-xml.js';
import { ServiceError } from './service-error.js';
import type { Site } from './site.js';
import { stsOperations } from './sts.js';

const elasticBeanstalk: Readonly<Record<string, ApiOperation>> = {
  ...applicationOperations,
  ...versionOperations,
  ...environmentOperations,
  ...lifecycleOperations,
  ...eventOperations,
  ...healthOperations,
  ...configurationOperations,
  ...logOperations,
  ...platformOperations,
  ...tagOperations,
};

const namespaces = {
  elasticbeanstalk: 'http://elasticbeanstalk.amazonaws.com/docs/2010-12-01/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
} as const;

/** Every operation of Elastic Beanstalk that the simulator serves. */
export const operationNames: readonly string[] = Object.keys(elasticBeanstalk);

/** Recognises an AWS Query call of Elastic Beanstalk or STS. */
export function recogniseQuery(site: Site, params: Params, request: WireRequest): Recognised {
  const action = params['Action'] ?? '';
  const service = action in stsOperations ? 'sts' : 'elasticbeanstalk';
  const operation: ApiOperation | undefined = (service === 'sts' ? stsOperations : elasticBeanstalk)[action];
  const accessKeyId = signerOf(request)?.accessKeyId ?? '';
  const format = request.headers['accept']?.includes('application/json') === true ? 'json' : 'xml';
  const callOf = (requestId: string): QueryCall => {
    return { action, namespace: namespaces[service], requestId, format };
  };
  return {
    service,
    operation: action,
    params: shownParams(params),
    mutates: operation?.mutates ?? false,
    anonymous: action === 'AssumeRoleWithWebIdentity',
    refuse: (status, code, message, requestId) => queryError(callOf(requestId), { status, code, message }),
    hide: (requestId) => {
      return operation?.hidden === undefined ? undefined : queryAnswer(callOf(requestId), operation.hidden);
    },
    async perform(requestId, disturb) {
      try {
        if (operation === undefined) {
          throw new ServiceError(
            'InvalidAction',
            `Could not find operation ${action} for version 2010-12-01`,
          );
        }
        const result = await operation.handle(site, { params, requestId, accessKeyId, disturb });
        return queryAnswer(callOf(requestId), result);
      } catch (error) {
        return refusalFor(callOf(requestId), error);
      }
    },
  };
}

function refusalFor(call: QueryCall, error: unknown): Answer {
  if (!(error instanceof ServiceError)) throw error;
  return queryError(call, { status: error.status, code: error.code, message: error.message });
}

// Environment properties are where people keep passwords, so the record of calls does not hold their values.
function shownParams(params: Params): Params {
  const hidden = new Set(['Action', 'Operation', 'Version', 'WebIdentityToken']);
  const shown = Object.entries(params).filter(([name]) => !hidden.has(name));
  return Object.fromEntries(
    shown.map(([name, value]) => {
      const namespace = params[name.replace(/\.Value$/, '.Namespace')];
      const isProperty =
        name.endsWith('.Value') && namespace === 'aws:elasticbeanstalk:application:environment';
      return [name, isProperty ? '(not recorded)' : value];
    }),
  );
}

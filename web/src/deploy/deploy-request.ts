import type { DeployRequest } from '../../../src/shared/contract/deploy-request.js';
import { addressOf } from '../api/call.js';
import { shellWord } from './command.js';

/** What is to be deployed, as the address says it. */
export interface Choice {
  readonly service: string;
  readonly version: string;
  readonly environments: readonly string[];
}

/** What people say along with a choice; all of it may be empty. */
export interface Words {
  readonly message: string;
  /** Why a version is tried again that was rolled back. */
  readonly retry: string;
  /** Why blockers are set aside. */
  readonly override: string;
}

/** The request for one environment. `blockers` are those in its way, which are set aside when a reason is given. */
export function requestFor(
  { service, version }: Choice,
  environment: string,
  { message, retry, override }: Words,
  blockers: readonly string[],
): DeployRequest {
  const reason = override.trim();
  return {
    service,
    environment,
    version,
    ...(message.trim() !== '' && { message: message.trim() }),
    ...(retry.trim() !== '' && { retry: retry.trim() }),
    ...(reason !== '' && blockers.length > 0 && { override: { blockers: [...blockers], reason } }),
  };
}

/** The same request for a terminal. */
export function curlOf(request: DeployRequest): string {
  return `curl -sS ${addressOf('v1/deployments')} -H "Authorization: Bearer $BEANPOD_TOKEN" -H 'Content-Type: application/json' -d ${shellWord(JSON.stringify(request))}`;
}

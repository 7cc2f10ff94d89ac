import { hash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.js';
import type { Deployment, Request } from '../domain/deployment.js';
import type { WorkInput } from '../store/acceptance.js';
import type { Deployments } from '../store/deployments.js';

/** Ends after which something else may run on the target than before. */
const CHANGED = ['succeeded', 'rolled_back', 'rollback_failed', 'failed', 'superseded'] as const;

/** One of higher priority, or one that was held, may have ended before others that were accepted earlier. */
const MOST_LOOKED_AT = 20;

/** Fingerprint of everything that a deployment would do by itself. */
export function contentOf(version: string, input: WorkInput): string {
  return hash('sha256', canonicalJson({ version, input }), 'base64url');
}

/** Fingerprint of what people approve of: what would be deployed, and what it would replace. */
export async function approvalPlanOf(
  deployments: Pick<Deployments, 'list'>,
  { service, environment, content = '' }: Pick<Request, 'service' | 'environment' | 'content'>,
): Promise<string> {
  const ended = await deployments.list({ service, environment, states: CHANGED, limit: MOST_LOOKED_AT });
  const [last] = ended
    .filter(hasChanged)
    .sort((one, other) => (other.finishedAt ?? 0) - (one.finishedAt ?? 0));
  return hash('sha256', `${content}:${last?.id ?? 'nothing'}`, 'base64url');
}

function hasChanged({ state }: Deployment): boolean {
  return !('wrote' in state) || state.wrote;
}

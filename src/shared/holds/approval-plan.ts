import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.js';
import type { Request } from '../domain/deployment.js';
import type { Deployments, WorkInput } from '../store/deployments.js';

/** Ends after which something else may run on the target than before. */
const CHANGED = ['succeeded', 'rolled_back', 'rollback_failed'] as const;

/** Fingerprint of everything that a deployment would do by itself. */
export function contentOf(version: string, input: WorkInput): string {
  return createHash('sha256').update(canonicalJson({ version, input })).digest('base64url');
}

/** Fingerprint of what people approve of: what would be deployed, and what it would replace. */
export async function approvalPlanOf(
  deployments: Pick<Deployments, 'list'>,
  { service, environment, content = '' }: Pick<Request, 'service' | 'environment' | 'content'>,
): Promise<string> {
  const [last] = await deployments.list({ service, environment, states: CHANGED, limit: 1 });
  return createHash('sha256')
    .update(`${content}:${last?.id ?? 'nothing'}`)
    .digest('base64url');
}

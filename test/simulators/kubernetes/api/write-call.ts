import { ApiError, badRequest } from '../api-error.js';
import type { WriteCall } from '../writes/write-call.js';
import type { ApiRequest } from './request.js';

/** Reads who writes and how from the query. Throws 400 for values that the server does not know. */
export function writeCallOf(request: ApiRequest): WriteCall {
  const { query, raw, reply } = request;
  const dryRun = query.get('dryRun');
  if (dryRun !== null && dryRun !== '' && dryRun !== 'All') {
    throw badRequest(
      `Invalid value: "${dryRun}": dryRun: Unsupported value: "${dryRun}": supported values: "All"`,
    );
  }
  const validation = query.get('fieldValidation') ?? 'Warn';
  if (validation !== 'Strict' && validation !== 'Warn' && validation !== 'Ignore') {
    throw badRequest(
      `fieldValidation: Unsupported value: "${validation}": supported values: "Ignore", "Strict", "Warn"`,
    );
  }
  const warnings: string[] = [];
  return {
    user: request.identity.name,
    manager: query.get('fieldManager') ?? (raw.headers['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown',
    dryRun: dryRun === 'All',
    validation,
    warn(text) {
      warnings.push(`299 - ${JSON.stringify(text)}`);
      if (!reply.headersSent) reply.setHeader('warning', warnings);
    },
    origin: 'client',
  };
}

/** The manager and force of an apply. Throws 422 when the manager is missing. */
export function applyOptions(request: ApiRequest): { force: 'force' | 'refuse-conflicts' } {
  if ((request.query.get('fieldManager') ?? '') === '') {
    throw new ApiError(
      422,
      'Invalid',
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
      { kind: 'PatchOptions', group: 'meta.k8s.io' },
    );
  }
  return { force: request.query.get('force') === 'true' ? 'force' : 'refuse-conflicts' };
}

import type { CancelWish, Deployment, Progress, Request } from '../domain/deployment.js';
import { NO_PROGRESS } from '../domain/deployment.js';
import { isDeploymentId } from '../domain/ids.js';
import type { Approval } from '../domain/approvals.js';
import type { State } from '../domain/state.js';

/**
 * The newest format of records that this version can work on. It grows when a worker of the version before could no
 * longer finish what this one has accepted; what is only added does not need it. Records without a mark are of format 0.
 */
export const RECORD_FORMAT = 1;

/** A record as Redis keeps it: JSON only where a field has structure. */
export type Fields = Readonly<Record<string, string>>;

/** Reads a record back. Throws on a record that this version of Beanpod cannot read: a defect, never a guess. */
export function readRecord(id: string, fields: Fields): Deployment {
  if (!isDeploymentId(id)) throw new Error(`Not a deployment id: ${id}`);
  return {
    id,
    number: Number(fields['number']),
    request: JSON.parse(need(fields, 'request')) as Request,
    state: JSON.parse(need(fields, 'state')) as State,
    progress: fields['progress'] ? (JSON.parse(fields['progress']) as Progress) : NO_PROGRESS,
    acceptedAt: Number(fields['acceptedAt']),
    updatedAt: Number(fields['updatedAt']),
    attempts: Number(fields['attempts']),
    revision: Number(fields['revision']),
    ...(fields['startedAt'] && { startedAt: Number(fields['startedAt']) }),
    ...(fields['finishedAt'] && { finishedAt: Number(fields['finishedAt']) }),
    ...approvalsIn(fields),
    ...(fields['cancel'] && { cancel: JSON.parse(fields['cancel']) as CancelWish }),
    ...(fields['ahead'] && { ahead: Number(fields['ahead']) }),
  };
}

function approvalsIn(fields: Fields): { approvals?: readonly Approval[] } {
  const given = Object.keys(fields).filter((name) => name.startsWith('approval:'));
  if (given.length === 0) return {};
  const approvals = given.map((name) => JSON.parse(fields[name] ?? '') as Approval);
  return { approvals: approvals.sort((one, other) => one.at - other.at) };
}

/** Pairs of a flat HGETALL answer, as scripts return it. Names are other people's, and nothing is inherited: not even a `constructor`. */
export function pairs(flat: readonly string[]): Fields {
  const fields = Object.create(null) as Record<string, string>;
  for (let at = 0; at + 1 < flat.length; at += 2) fields[flat[at] ?? ''] = flat[at + 1] ?? '';
  return fields;
}

function need(fields: Fields, name: string): string {
  const value = fields[name];
  if (value === undefined) throw new Error(`The deployment record has no ${name}`);
  return value;
}

import { sortEntries } from '../apply/managed-fields.js';
import { isFields, type Fields } from '../json.js';
import { timestamp, type KubeObject, type ManagedFieldsEntry } from '../objects.js';

/**
 * The managedFields after a controller wrote the status: one entry that owns its top-level fields.
 * It is coarser than the server's, and costs nothing when the same fields are written again.
 */
export function statusEntry(
  live: KubeObject,
  status: unknown,
  manager: string,
  apiVersion: string,
): ManagedFieldsEntry[] {
  const entries = live.metadata.managedFields ?? [];
  const names = isFields(status) ? Object.keys(status) : [];
  const index = entries.findIndex((entry) => entry.manager === manager && entry.subresource === 'status');
  const found = entries[index];
  if (found !== undefined && covers(found.fieldsV1, names)) return entries;
  const fields: Fields = {};
  for (const name of names.sort()) fields[`f:${name}`] = {};
  const entry: ManagedFieldsEntry = {
    manager,
    operation: 'Update',
    apiVersion,
    time: timestamp(),
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:status': fields },
    subresource: 'status',
  };
  return sortEntries(index < 0 ? [...entries, entry] : entries.with(index, entry));
}

function covers(fieldsV1: Fields, names: string[]): boolean {
  const status = fieldsV1['f:status'];
  return isFields(status) && names.every((name) => `f:${name}` in status);
}

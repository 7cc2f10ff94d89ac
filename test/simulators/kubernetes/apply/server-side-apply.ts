import { ApiError, type Cause } from '../api-error.js';
import { isFields, same, textOf, withoutNulls, type Fields } from '../json.js';
import { timestamp, type KubeObject, type ManagedFieldsEntry } from '../objects.js';
import { fieldSchema, type Schema } from '../schema/schema.js';
import { checkBody } from '../schema/decode.js';
import { difference, emptySet, intersection, isEmpty, pathsOf, toFieldsV1, union } from './field-set.js';
import { duplicateElements } from './list-items.js';
import {
  bare,
  ownable,
  readOwners,
  sameWriter,
  writeOwners,
  type Ownership,
  type Writer,
} from './managed-fields.js';
import { compare, fieldsOf, merge, remove } from './typed-fields.js';

/** What an apply patch asks for. */
export interface ApplyRequest {
  live: KubeObject | undefined;
  applied: Fields;
  schema: Schema;
  writer: Writer;
  force: 'force' | 'refuse-conflicts';
}

/** The object after an apply, before defaulting, with its managedFields set. Throws 409 with one cause per conflict. */
export function applyServerSide(request: ApplyRequest): Fields {
  const { live, schema, writer } = request;
  const applied = withoutNulls(request.applied);
  refuseUntyped(applied, schema);
  const owners = readOwners(live?.metadata.managedFields);
  const wanted = ownable(fieldsOf(applied, schema));
  const mine = owners.find((owner) => sameWriter(owner.writer, writer));
  const others = owners.filter((owner) => owner !== mine);
  const before = bare(live);
  let after = merge(before, applied, schema);
  if (mine !== undefined) {
    const kept = others.map((owner) => owner.set).reduce(union, wanted);
    after = remove(after, schema, difference(mine.set, wanted), kept);
  }
  const change = compare(before, after, schema);
  settleConflicts(others, ownable(change.set), request.force);
  for (const owner of others) owner.set = difference(owner.set, ownable(change.removed));
  const managedFields = writeOwners([...others, claim(mine, wanted, writer)]);
  return withManagedFields(after, managedFields);
}

function settleConflicts(others: Ownership[], set: Ownership['set'], force: ApplyRequest['force']): void {
  const causes: Cause[] = [];
  for (const owner of others) {
    const contested = intersection(owner.set, set);
    if (isEmpty(contested)) continue;
    if (force === 'force') owner.set = difference(owner.set, contested);
    else causes.push(...pathsOf(contested).map((field) => conflictCause(owner, field)));
  }
  if (causes.length === 0) return;
  const listed = causes.map((cause) => cause.message);
  const text =
    causes.length === 1
      ? `Apply failed with 1 conflict: ${listed[0] ?? ''}: ${causes[0]?.field ?? ''}`
      : `Apply failed with ${causes.length} conflicts: ${grouped(causes)}`;
  throw new ApiError(409, 'Conflict', text, { causes });
}

function grouped(causes: Cause[]): string {
  const byManager = new Map<string, string[]>();
  for (const cause of causes)
    byManager.set(cause.message, [...(byManager.get(cause.message) ?? []), cause.field]);
  const parts = [...byManager].map(([message, fields]) => {
    const plural = fields.length > 1 ? message.replace(/^conflict /, 'conflicts ') : message;
    return `${plural}:\n${fields.map((field) => `- ${field}`).join('\n')}`;
  });
  return parts.join('\n');
}

function conflictCause({ writer }: Ownership, field: string): Cause {
  const { manager, apiVersion, subresource, operation } = writer;
  const of = subresource === undefined || subresource === '' ? '' : ` with subresource "${subresource}"`;
  const using = operation === 'Update' ? ` using ${apiVersion}` : '';
  return { reason: 'FieldManagerConflict', message: `conflict with "${manager}"${of}${using}`, field };
}

function claim(mine: Ownership | undefined, wanted: Ownership['set'], writer: Writer): Ownership {
  if (mine !== undefined && same(toFieldsV1(mine.set), toFieldsV1(wanted))) return mine;
  return { writer, set: isEmpty(wanted) ? emptySet() : wanted, time: timestamp() };
}

function withManagedFields(object: unknown, managedFields: ManagedFieldsEntry[]): Fields {
  if (!isFields(object)) return {};
  const metadata = isFields(object['metadata']) ? object['metadata'] : {};
  return { ...object, metadata: { ...metadata, managedFields } };
}

// Applied configurations are typed before anything else, and those errors are plain 500s without a reason.
function refuseUntyped(applied: Fields, schema: Schema): void {
  const { unknown, wrongType } = checkBody(applied, schema);
  const problems = unknown.map((path) => `.${path}: field not declared in schema`);
  if (wrongType !== undefined) problems.push(wrongType);
  findDuplicates(applied, schema, '', problems);
  if (problems.length === 0) return;
  const metadata = isFields(applied['metadata']) ? applied['metadata'] : {};
  const where = [metadata['namespace'], metadata['name']]
    .map(textOf)
    .filter((part) => part !== '')
    .join('/');
  const list = problems.length === 1 ? problems[0] : `errors:\n${problems.map((p) => `  ${p}`).join('\n')}`;
  const kind = `${String(applied['apiVersion'])}, Kind=${String(applied['kind'])}`;
  throw new ApiError(500, '', `failed to create typed patch object (${where}; ${kind}): ${list ?? ''}`);
}

function findDuplicates(value: unknown, schema: Schema, path: string, problems: string[]): void {
  if (schema.is === 'list' && Array.isArray(value)) {
    for (const element of duplicateElements(value, schema.rule)) {
      const key =
        pathsOf({ owned: false, below: new Map([[element, { owned: true, below: new Map() }]]) })[0] ?? '';
      problems.push(`${path}: duplicate entries for key ${key}`);
    }
    value.forEach((item, index) => findDuplicates(item, schema.of, `${path}[${index}]`, problems));
    return;
  }
  if (!isFields(value)) return;
  for (const name in value) {
    const found = fieldSchema(schema, name);
    if (found !== undefined) findDuplicates(value[name], found, `${path}.${name}`, problems);
  }
}

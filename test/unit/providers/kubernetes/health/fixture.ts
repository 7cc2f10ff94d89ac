import { readdirSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { createAges } from '../../../../../src/providers/kubernetes/failure/ages.js';
import type { HealthRule } from '../../../../../src/providers/kubernetes/health/custom-rule.js';
import type { HealthContext, Surroundings } from '../../../../../src/providers/kubernetes/health/health.js';
import type { KubeObject } from '../../../../../src/providers/kubernetes/object.js';

const FOLDER = new URL('fixtures/', import.meta.url);

/** The names of all fixtures, without their ending. */
export function fixtureNames(): readonly string[] {
  return readdirSync(FOLDER).map((file) => file.replace(/\.yaml$/, ''));
}

interface Notes {
  readonly kind: string;
  readonly [field: string]: unknown;
}

interface Around {
  readonly strandedPods?: number;
  readonly strandedNewPods?: number;
  readonly readyAddresses?: number;
  readonly backedBy?: 'some' | 'none' | 'no workload';
  readonly bindingMode?: string;
  readonly services?: readonly string[];
  readonly secrets?: readonly string[];
  readonly warnings?: Readonly<Record<string, string>>;
}

/**
 * Reads a fixture: the judged object, objects that it owns, and notes without an apiVersion: `Written` (what our
 * write returned; as the object is when absent), `Surroundings`, `Ages` (milliseconds by key) and `Policy`.
 */
export function readFixture(name: string): { object: KubeObject; context: HealthContext } {
  const [object, ...others] = documentsOf(name);
  if (object === undefined) throw new Error(`Fixture ${name} is empty`);
  const note = (kind: string): Record<string, unknown> => {
    const { kind: _, ...rest } =
      others.find((one) => one.apiVersion === undefined && one.kind === kind) ?? {};
    return rest;
  };
  const { uid = '', generation = 0, resourceVersion = '' } = object.metadata;
  const firstSeen = Object.entries(note('Ages')).map(([key, age]) => [key, 1_000_000 - Number(age)] as const);
  return {
    object,
    context: {
      written: { uid, generation, resourceVersion, ...note('Written') },
      around: surroundings(note('Surroundings'), others),
      ages: createAges(new Map(firstSeen), 1_000_000),
      ...(note('Policy') as { jobMust?: 'start'; rule?: HealthRule; hasStatus?: boolean }),
    },
  };
}

const read = new Map<string, readonly (KubeObject & Notes)[]>();

function documentsOf(name: string): readonly (KubeObject & Notes)[] {
  const known = read.get(name);
  if (known) return known;
  const text = readFileSync(new URL(`${name}.yaml`, FOLDER), 'utf8');
  const documents = parseAllDocuments(text).map((document) => document.toJS() as KubeObject & Notes);
  read.set(name, documents);
  return documents;
}

function surroundings(around: Around, others: readonly KubeObject[]): Surroundings {
  return {
    owned: (kind) => others.filter((one) => one.kind === kind && one.apiVersion !== undefined),
    exists: (kind, name) => (kind === 'Service' ? around.services : around.secrets)?.includes(name),
    readyAddresses: () => around.readyAddresses,
    backedBy: () => around.backedBy ?? 'no workload',
    bindingMode: () => around.bindingMode,
    warning: (reason) => around.warnings?.[reason],
    strandedPods: () => around.strandedPods ?? 0,
    strandedNewPods: () => around.strandedNewPods ?? 0,
  };
}

import type { AccessRule } from '../../../src/shared/contract/access.js';
import type { Verb } from '../../../src/shared/domain/access.js';

/** Every right, in the order of the API. */
export const VERBS: readonly Verb[] = [
  'view',
  'logs',
  'deploy',
  'rollback',
  'cancel',
  'approve',
  'restart',
  'scale',
  'exec',
  'jmx-read',
  'jmx-write',
  'edit',
  'override',
  'admin',
];

export type Effect = 'allow' | 'deny';

/** What rules are about; `*` for all. */
export interface RulePlace {
  readonly service: string;
  readonly environment: string;
}

/** One place and what is said there of each right; what is absent is not spoken of. */
export interface Column extends RulePlace {
  readonly said: Readonly<Partial<Record<Verb, Effect>>>;
}

/** Rules as a matrix of rights and places. Places that name more come first: they decide first. */
export type Matrix = readonly Column[];

/** The matrix that says the same as the rules: of two for the same place and right a denial wins. */
export function matrixOf(rules: readonly AccessRule[]): Matrix {
  return rules.reduce<Matrix>((matrix, { effect, verbs, service = '*', environment = '*' }) => {
    const place = { service, environment };
    const fresh = withPlace(matrix, place);
    return fresh.map((column) => {
      if (!isSamePlace(column, place)) return column;
      const said = { ...column.said };
      for (const verb of verbs) said[verb] = said[verb] === 'deny' ? 'deny' : effect;
      return { ...column, said };
    });
  }, []);
}

/** The rules of a matrix: for each place at most one that allows and one that denies. */
export function rulesOf(matrix: Matrix): readonly AccessRule[] {
  return matrix.flatMap(({ service, environment, said }) =>
    (['allow', 'deny'] as const).flatMap((effect) => {
      const verbs = VERBS.filter((verb) => said[verb] === effect);
      return verbs.length === 0 ? [] : [{ effect, verbs, service, environment }];
    }),
  );
}

/** The matrix with a column for a place, which it may have already. */
export function withPlace(matrix: Matrix, place: RulePlace): Matrix {
  if (matrix.some((column) => isSamePlace(column, place))) return matrix;
  return [...matrix, { ...place, said: {} }].sort(
    (one, other) => tierOf(one) - tierOf(other) || (sayPlace(one) < sayPlace(other) ? -1 : 1),
  );
}

/** The matrix with the next word of a right at a place: nothing, allow, deny, and nothing again. */
export function turned(matrix: Matrix, place: RulePlace, verb: Verb): Matrix {
  return matrix.map((column) => {
    if (!isSamePlace(column, place)) return column;
    const { [verb]: was, ...others } = column.said;
    if (was === 'deny') return { ...column, said: others };
    return { ...column, said: { ...others, [verb]: was === undefined ? 'allow' : 'deny' } };
  });
}

/** Which places decide first: 1 for one target, 2 where one name is said, 3 for everything. */
export function tierOf({ service, environment }: RulePlace): 1 | 2 | 3 {
  if (service !== '*' && environment !== '*') return 1;
  return service === '*' && environment === '*' ? 3 : 2;
}

/** A place in words. */
export function sayPlace({ service, environment }: RulePlace): string {
  if (tierOf({ service, environment }) === 3) return 'everything';
  const what = service === '*' ? 'every service' : service;
  return `${what} in ${environment === '*' ? 'every environment' : environment}`;
}

export function isSamePlace(one: RulePlace, other: RulePlace): boolean {
  return one.service === other.service && one.environment === other.environment;
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { AccessRule } from '../../../src/shared/contract/access.js';
import { decide, VERBS } from '../../../src/shared/domain/access.js';
import {
  matrixOf,
  rulesOf,
  sayPlace,
  turned,
  VERBS as ROWS,
  withPlace,
} from '../../../web/src/access/rule-matrix.js';

const NAMES = ['*', 'a', 'b'];
const rule: fc.Arbitrary<AccessRule> = fc.record({
  effect: fc.constantFrom('allow', 'deny'),
  verbs: fc.uniqueArray(fc.constantFrom(...VERBS), { minLength: 1 }),
  service: fc.constantFrom(...NAMES),
  environment: fc.constantFrom(...NAMES),
});

describe('the matrix of a role', () => {
  test('has a row for every right', () => {
    expect([...ROWS].sort()).toEqual([...VERBS].sort());
  });

  test('says of every right at every place what its rules say', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 8 }), (rules) => {
        const again = rulesOf(matrixOf(rules));
        for (const verb of VERBS)
          for (const service of NAMES)
            for (const environment of NAMES) {
              const place = { service, environment };
              expect(decide([again], verb, place).allowed).toBe(decide([rules], verb, place).allowed);
            }
      }),
      { numRuns: 200 },
    );
  });

  test('has the places first that decide first', () => {
    const matrix = [
      { service: '*', environment: '*' },
      { service: 'shop', environment: '*' },
      { service: 'shop', environment: 'production' },
      { service: '*', environment: 'production' },
      { service: 'shop', environment: '*' },
    ].reduce(withPlace, matrixOf([]));

    expect(matrix.map(sayPlace)).toEqual([
      'shop in production',
      'every service in production',
      'shop in every environment',
      'everything',
    ]);
  });

  test('turns what is said of a right from nothing to allow, deny, and nothing again', () => {
    const place = { service: '*', environment: 'staging' };
    const steps = [1, 2, 3].reduce(
      (seen) => [...seen, turned(seen.at(-1) ?? [], place, 'deploy')],
      [withPlace([], place)],
    );

    expect(steps.map(rulesOf)).toEqual([
      [],
      [{ effect: 'allow', verbs: ['deploy'], ...place }],
      [{ effect: 'deny', verbs: ['deploy'], ...place }],
      [],
    ]);
  });
});

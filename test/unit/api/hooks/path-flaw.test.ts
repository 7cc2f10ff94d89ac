import { query } from 'jsonpath-rfc9535';
import { describe, expect, test } from 'vitest';
import { flawOfPath } from '../../../../src/api/hooks/path-flaw.js';
import { PLACES } from '../../../../src/api/hooks/places.js';

describe('a path of a hook', () => {
  test.each([
    '$.repository.full_name',
    "$['odd, (name)?']..x",
    '$.commits[*].author["e-mail"]',
    '$.commits[0:5].id',
    '$..tag',
    "$.parameters[?@.name == 'VERSION (x, *)'].value",
    '$.runs[?@.base.repo.id == $.run.id && @.open].number',
    ...Object.values(PLACES).flatMap((places) => Object.values(places).flat()),
  ])('may be %s', (path) => {
    expect(flawOfPath(path)).toBeUndefined();
  });

  test.each(['$.', '$[', 'x', '$.a b', '$[?]', `$${'['.repeat(200)}`])(
    'may not be %s, which is none',
    (path) => {
      expect(flawOfPath(path)).toBe('is not a JSONPath of RFC 9535');
    },
  );

  test.each([
    // Backtracks over a text of a stranger: 26 characters took a second, each one more twice as long.
    "$[?match(@.a, '(a+)+')]",
    '$.commits[?search(@.message, $.pattern)]',
    '$.l[?count($.l[*]) > 5]',
    '$[*,*][*,*][*,*][*,*]',
    '$..*..*..*..*',
    '$..[?@.x]',
    '$.l[?$.l[?@ > 1]]',
    '$.l[?$.l[*]]',
    '$.l[?$..x]',
  ])('may not be %s, which takes too long', (path) => {
    expect(() => query({}, path)).not.toThrow();
    expect(flawOfPath(path)).toContain('may have');
  });
});

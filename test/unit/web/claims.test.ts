import { describe, expect, test } from 'vitest';

import { readClaims, writeClaims } from '../../../web/src/access/claims.js';

describe('claims that somebody types', () => {
  test('are one in a line, and a value may hold what it likes', () => {
    const claims = { repository_id: '123', sub: 'repo:a/b:ref=refs/heads/main' };

    expect(readClaims(`  ${writeClaims(claims).replace('\n', '\n\n ')} `)).toEqual({ claims });
  });

  test.each([
    ['ref', '“ref” is not of the form name=value'],
    ['=main', '“=main” is not of the form name=value'],
    ['ref=a\nref=b', 'ref is there twice'],
  ])('%j is refused', (text, problem) => {
    expect(readClaims(text)).toEqual({ problem });
  });
});

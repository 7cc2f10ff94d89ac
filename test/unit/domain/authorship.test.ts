import { describe, expect, it } from 'vitest';
import { authorshipOf } from '../../../src/shared/domain/authorship.js';

const people = new Map([
  ['ada@example.com', { gitAuthors: ['Ada Lovelace', 'ADA@work.example.com'] }],
  ['bob', {}],
]);
const of = (author: string | undefined, person = 'ada@example.com') => authorshipOf(people, author, person);

describe('who wrote a version', () => {
  it.each([
    ['their name here', 'ada@example.com'],
    ['another letter case', 'Ada@Example.COM '],
    ['a declared name', 'ada lovelace'],
    ['a declared address', 'ada@work.example.com'],
    ['name and address as git writes them', 'A. L. <ada@work.example.com>'],
    ['a declared name with an address that nobody knows', 'Ada Lovelace <ada@home.example.com>'],
    ['letters that look the same', 'Ａda Lovelace'],
  ])('is known by %s', (_, author) => {
    expect(of(author)).toBe('self');
    expect(of(author, 'bob')).toBe('other');
  });

  it.each([
    ['nobody said it', undefined],
    ['it is empty', ''],
    ['it is empty between brackets', ' <>'],
    ['nobody here is called so', 'Ada'],
    ['it is only a part of a name', 'Ada Lovelace the Second'],
  ])('is unknown when %s', (_, author) => {
    expect(of(author)).toBe('unknown');
    expect(of(author, 'bob')).toBe('unknown');
  });

  it('is a person who is no longer here when it is their own name that approves', () => {
    expect(of('carl', 'carl')).toBe('self');
  });
});

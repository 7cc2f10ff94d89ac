import type { Person } from './access-directory.js';
import type { Authorship } from './approvals.js';

/** `Ada Lovelace <ada@example.com>`, as git writes it. */
const SIGNED = /^(.*?)\s*<([^<>]*)>$/;

/**
 * Whether a person wrote what somebody committed as `author`: a name, an e-mail address, or both as git writes them.
 * People commit under their name here, which is a verified address where an identity provider gave it, and under what is
 * declared for them. Letter case and spaces at the ends mean nothing. Either part is enough, since git proves none of them.
 */
export function authorshipOf(
  people: ReadonlyMap<string, Pick<Person, 'gitAuthors'>>,
  author: string | undefined,
  person: string,
): Authorship {
  const signed = SIGNED.exec(author ?? '');
  const parts = new Set(
    [author ?? '', ...(signed?.slice(1) ?? [])].map(folded).filter((part) => part !== ''),
  );
  const isBy = (name: string) =>
    [name, ...(people.get(name)?.gitAuthors ?? [])].some((each) => parts.has(folded(each)));
  if (isBy(person)) return 'self';
  return [...people.keys()].some(isBy) ? 'other' : 'unknown';
}

function folded(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

/** Verified claims of an identity provider. */
export type Claims = Readonly<Record<string, unknown>>;

const MOST_GROUPS = 200;

/** A person as the identity provider describes them. */
export interface Described {
  /** Never changes and is never given to somebody else, unlike names and addresses. */
  readonly identity: string;
  /** What they are to be called here. */
  readonly name: string;
  readonly groups: readonly string[];
}

/** Reads a person out of verified claims. An address that is not verified names nobody. */
export function personOf(issuer: string, claims: Claims, groupsClaim: string): Described {
  const subject = String(claims['sub']);
  const email = claims['email_verified'] === false ? undefined : claims['email'];
  const said = [email, claims['preferred_username'], subject].find(
    (each) => typeof each === 'string' && each !== '',
  );
  const groups = claims[groupsClaim];
  return {
    identity: `${issuer} ${subject}`,
    name: nameFrom(String(said)),
    groups: Array.isArray(groups)
      ? groups
          .filter((each): each is string => typeof each === 'string' && each !== '' && each.length <= 200)
          .slice(0, MOST_GROUPS)
          .sort()
      : [],
  };
}

/** A name of ours: lower case, and no character that could be taken for another. */
function nameFrom(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9._@+-]/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 100);
  return name === '' ? 'person' : name;
}

/** What somebody may do, each right by itself: none of them brings another along. */
export const VERBS = [
  'view',
  'deploy',
  'rollback',
  'cancel',
  'approve',
  'restart',
  'scale',
  'exec',
  'logs',
  'jmx-read',
  'jmx-write',
  'edit',
  'override',
  'admin',
] as const;

export type Verb = (typeof VERBS)[number];

/** Stands for every name in a rule. */
export const ANY = '*';

/** Allows or denies verbs for a service in an environment; either may be `*`, or absent, which says the same. */
export interface Rule {
  readonly effect: 'allow' | 'deny';
  readonly verbs: readonly Verb[];
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
  /** Where the rule comes from, for people: `role deployer`. */
  readonly from?: string;
}

/** Lists of rules that must all allow: those of the person or account, and those of the token that it sent. */
export type Grants = readonly (readonly Rule[])[];

/** What a request concerns. A service without an environment is the service as a whole, in all environments; neither is the installation. */
export interface Place {
  readonly service?: string;
  readonly environment?: string;
}

/** The answer and the rule that gave it; nobody is allowed what no rule speaks of. */
export interface Verdict {
  readonly allowed: boolean;
  readonly rule?: Rule;
}

/** A name that no service and no environment can have. */
const UNNAMED = '';

/**
 * Whether the grants allow a verb at a place. Rules for one service in one environment override those with one `*`,
 * which override those with two; among equally exact rules a denial wins; where no rule fits, the answer is no.
 * The first two tiers and their order are Apollo's, which has no rule with two `*`.
 */
export function decide(grants: Grants, verb: Verb, place: Place): Verdict {
  let verdict: Verdict = { allowed: false };
  for (const rules of grants) {
    verdict = decideBy(rules, verb, place);
    if (!verdict.allowed) return verdict;
  }
  return verdict;
}

/** Whether the grants allow a verb at one place within `within` at least, be it one that does not exist yet. */
export function decideWithin(grants: Grants, verb: Verb, within: Place): Verdict {
  let refused: Verdict | undefined;
  for (const place of candidates(grants, verb, within)) {
    const verdict = decide(grants, verb, place);
    if (verdict.allowed) return verdict;
    refused ??= verdict;
  }
  return refused ?? decide(grants, verb, within);
}

/** Whether the grants allow a verb at every place, so that nobody needs to look which one it is. */
export function allowsEverywhere(grants: Grants, verb: Verb): boolean {
  return (
    grants.length > 0 &&
    grants.every((rules) => {
      const about = rules.filter(({ verbs }) => verbs.includes(verb));
      return about.every((rule) => rule.effect === 'allow') && about.some((rule) => exactness(rule) === 0);
    })
  );
}

function decideBy(rules: readonly Rule[], verb: Verb, place: Place): Verdict {
  let best = -1;
  let found: Rule | undefined;
  for (const rule of rules) {
    if (!rule.verbs.includes(verb) || !covers(rule, place)) continue;
    const exact = exactness(rule);
    if (exact < best || (exact === best && found?.effect === 'deny')) continue;
    if (exact === best && rule.effect === 'allow') continue;
    best = exact;
    found = rule;
  }
  return found ? { allowed: found.effect === 'allow', rule: found } : { allowed: false };
}

function covers({ service = ANY, environment = ANY }: Rule, place: Place): boolean {
  return (
    (service === ANY || service === place.service) &&
    (environment === ANY || environment === place.environment)
  );
}

/** How many names a rule says: 2 for one target, 1 with one `*`, 0 with two. */
function exactness({ service = ANY, environment = ANY }: Rule): number {
  return Number(service !== ANY) + Number(environment !== ANY);
}

/**
 * One place for each way in which the grants may allow: where allowing rules of every list meet, and what they leave
 * open is a name that no rule says. If any place is allowed, one of these is.
 */
function candidates(grants: Grants, verb: Verb, within: Place): readonly Place[] {
  let places: readonly Place[] = [within];
  for (const rules of grants) {
    const allowing = rules.filter(({ effect, verbs }) => effect === 'allow' && verbs.includes(verb));
    places = places.flatMap((place) => allowing.flatMap((rule) => meet(place, rule) ?? []));
  }
  return places.map(({ service = UNNAMED, environment = UNNAMED }) => ({ service, environment }));
}

function meet(place: Place, rule: Rule): Place | undefined {
  const service = narrow(place.service, rule.service);
  const environment = narrow(place.environment, rule.environment);
  if (service === NOWHERE || environment === NOWHERE) return undefined;
  return { ...(service !== undefined && { service }), ...(environment !== undefined && { environment }) };
}

const NOWHERE = Symbol('nowhere');

function narrow(name: string | undefined, ruled = ANY): string | undefined | typeof NOWHERE {
  if (ruled === ANY) return name;
  return name === undefined || name === ruled ? ruled : NOWHERE;
}

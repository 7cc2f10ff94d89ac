import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allowsEverywhere,
  decide,
  decideWithin,
  VERBS,
  type Rule,
  type Verb,
} from '../../../../src/shared/domain/access.js';

const SERVICE = 'shop-api';
const ENVIRONMENT = 'staging';
const HERE = { service: SERVICE, environment: ENVIRONMENT };

/** The rules that may speak of one place, by how exact they are. */
const TIERS = {
  target: [{ service: SERVICE, environment: ENVIRONMENT }],
  wildcard: [
    { service: SERVICE, environment: '*' },
    { service: '*', environment: ENVIRONMENT },
  ],
  everywhere: [{ service: '*', environment: '*' }],
} as const;
type Tier = keyof typeof TIERS;
const ORDER: readonly Tier[] = ['target', 'wildcard', 'everywhere'];

/** What a tier may say: nothing, allow, deny, or both. */
const SAYINGS = [[], ['allow'], ['deny'], ['allow', 'deny'], ['deny', 'allow']] as const;
type Saying = (typeof SAYINGS)[number];

function rulesOf(verb: Verb, tier: Tier, saying: Saying): readonly Rule[] {
  return TIERS[tier].flatMap((place) => saying.map((effect) => ({ effect, verbs: [verb], ...place })));
}

/** The verdict as the words of Apollo say it, tier by tier. */
function expected(sayings: Readonly<Record<Tier, Saying>>): boolean {
  for (const tier of ORDER) {
    const said: readonly string[] = sayings[tier];
    if (said.includes('deny')) return false;
    if (said.includes('allow')) return true;
  }
  return false;
}

describe.each(VERBS)('the truth table of %s', (verb) => {
  const rows = SAYINGS.flatMap((target) =>
    SAYINGS.flatMap((wildcard) => SAYINGS.map((everywhere) => ({ target, wildcard, everywhere }))),
  );

  test.each(rows)('$target for the target, $wildcard with one *, $everywhere with two', (row) => {
    const rules = ORDER.flatMap((tier) => rulesOf(verb, tier, row[tier]));

    for (const order of [rules, rules.toReversed()]) {
      const { allowed, rule } = decide([order], verb, HERE);
      expect(allowed).toBe(expected(row));
      expect(rule?.effect).toBe(rules.length === 0 ? undefined : allowed ? 'allow' : 'deny');
    }
  });

  test('is decided by no rule about another verb', () => {
    const others = VERBS.filter((other) => other !== verb);
    const rules = ORDER.flatMap((tier) => [{ effect: 'allow' as const, verbs: others, ...TIERS[tier][0] }]);

    expect(decide([rules], verb, HERE)).toEqual({ allowed: false });
    expect(decideWithin([rules], verb, {}).allowed).toBe(false);
  });
});

describe('a rule', () => {
  const allow = (service: string, environment: string): Rule => ({
    effect: 'allow',
    verbs: ['deploy'],
    service,
    environment,
  });
  const deny = (service: string, environment: string): Rule => ({
    ...allow(service, environment),
    effect: 'deny',
  });

  test('for one target beats a denial of its whole environment', () => {
    expect(
      decide([[deny('*', 'production'), allow('shop-api', 'production')]], 'deploy', {
        service: 'shop-api',
        environment: 'production',
      }).allowed,
    ).toBe(true);
  });

  test('with one * that denies beats another with one * that allows', () => {
    const verdict = decide([[allow('shop-api', '*'), deny('*', 'staging')]], 'deploy', HERE);

    expect(verdict).toEqual({ allowed: false, rule: deny('*', 'staging') });
  });

  test('about one environment says nothing of the service as a whole', () => {
    expect(decide([[allow('shop-api', 'staging')]], 'deploy', { service: 'shop-api' }).allowed).toBe(false);
    expect(decideWithin([[allow('shop-api', 'staging')]], 'deploy', { service: 'shop-api' }).allowed).toBe(
      true,
    );
    expect(decideWithin([[allow('shop-api', 'staging')]], 'deploy', { service: 'other' }).allowed).toBe(
      false,
    );
  });

  test('that leaves out a name means all of them', () => {
    expect(decide([[{ effect: 'allow', verbs: ['view'] }]], 'view', HERE).allowed).toBe(true);
  });
});

const names = fc.constantFrom('a', 'b', '*');
const rule: fc.Arbitrary<Rule> = fc.record({
  effect: fc.constantFrom('allow', 'deny'),
  verbs: fc.uniqueArray(fc.constantFrom<Verb>('view', 'deploy'), { minLength: 1 }),
  service: names,
  environment: names,
});
const rules = fc.array(rule, { maxLength: 7 });
const place = fc.record({
  service: fc.constantFrom('a', 'b', 'c'),
  environment: fc.constantFrom('a', 'b', 'c'),
});
const EVERY_PLACE = ['a', 'b', 'c'].flatMap((service) =>
  ['a', 'b', 'c'].map((environment) => ({ service, environment })),
);

/** PermissionsValidator of Apollo, in its own order of questions, for rules that it can hold. */
function apollo(all: readonly Rule[], service: string, environment: string): boolean {
  const about = all.filter(({ verbs }) => verbs.includes('deploy'));
  const specific = about.filter((one) => one.service === service && one.environment === environment);
  const wildcard = about.filter(
    (one) =>
      (one.service === service && one.environment === '*') ||
      (one.service === '*' && one.environment === environment),
  );
  const judge = (found: readonly Rule[]) => found.every(({ effect }) => effect === 'allow');
  if (specific.length > 0) return judge(specific);
  return wildcard.length > 0 && judge(wildcard);
}

describe('for any rules', () => {
  test('the verdict is that of Apollo where no rule has two *', () => {
    fc.assert(
      fc.property(rules, place, (all, { service, environment }) => {
        const possible = all.filter((one) => one.service !== '*' || one.environment !== '*');
        const { allowed } = decide([possible], 'deploy', { service, environment });
        return allowed === apollo(possible, service, environment);
      }),
      { numRuns: 5_000 },
    );
  });

  test('a verb is allowed within a place when it is at one of its places', () => {
    fc.assert(
      fc.property(
        fc.array(rules, { minLength: 1, maxLength: 2 }),
        fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
        (grants, service) => {
          const within = service === undefined ? {} : { service };
          const places = EVERY_PLACE.filter((each) => service === undefined || each.service === service);
          const anywhere = places.some((each) => decide(grants, 'view', each).allowed);
          return decideWithin(grants, 'view', within).allowed === anywhere;
        },
      ),
      { numRuns: 5_000 },
    );
  });

  test('a verb that is allowed everywhere is so at every place, and for the whole installation', () => {
    fc.assert(
      fc.property(fc.array(rules, { maxLength: 2 }), (grants) => {
        if (!allowsEverywhere(grants, 'view')) return true;
        return [...EVERY_PLACE, { service: 'a' }, {}].every((each) => decide(grants, 'view', each).allowed);
      }),
      { numRuns: 5_000 },
    );
  });

  test('two lists allow only what each of them allows', () => {
    fc.assert(
      fc.property(rules, rules, place, (one, other, here) => {
        const both = decide([one, other], 'view', here).allowed;
        return both === (decide([one], 'view', here).allowed && decide([other], 'view', here).allowed);
      }),
      { numRuns: 2_000 },
    );
  });

  test('one more denial never allows more', () => {
    fc.assert(
      fc.property(rules, rule, place, (all, one, here) => {
        const denial: Rule = { ...one, effect: 'deny' };
        const before = decide([all], 'view', here).allowed;
        return before || !decide([[...all, denial]], 'view', here).allowed;
      }),
      { numRuns: 2_000 },
    );
  });
});

import {
  allowsEverywhere,
  ANY,
  decide,
  decideWithin,
  type Grants,
  type Place,
  type Rule,
  type Verb,
  type Verdict,
} from '../../shared/domain/access.js';
import { Refusal } from '../refusal.js';
import type { Caller } from './caller.js';

/**
 * Who may call a route: anybody (`open`), whoever proved who they are (`known`), or those with a right. The right is
 * needed at the very place that `on` tells, or, with `within`, at one place at least of those that it tells.
 */
export type Access<I = never> = 'open' | 'known' | Need<I>;

/** A right and what it is needed for. The place is told from the validated request; it may look into the store. */
export type Need<I = never> = { readonly verb: Verb } & (
  | { readonly on: (input: I) => Place | Promise<Place> }
  | { readonly within: (input: I) => Place | Promise<Place> }
);

/** The installation as a whole: with `on` what concerns everything, with `within` any place at all. */
export const everywhere = (): Place => ({});

/**
 * Throws a 403 Refusal unless the caller has the right that a route asks for. Answers a promise only when the place
 * has to be looked up, which it has not for callers who have the right everywhere.
 */
export function permit<I>(access: Access<I>, input: I, caller: Caller): Promise<void> | undefined {
  if (typeof access === 'string' || mayEverywhere(caller, access.verb)) return undefined;
  const place = 'on' in access ? access.on(input) : access.within(input);
  if (place instanceof Promise) return place.then((known) => prove(access, known, caller));
  prove(access, place, caller);
  return undefined;
}

/** Throws a 403 Refusal for callers who have the right nowhere, so that nothing of their request needs to be read. */
export function permitSomewhere(access: Access, caller: Caller): void {
  if (typeof access === 'string' || mayEverywhere(caller, access.verb)) return;
  const verdict = decideWithin(caller.grants, access.verb, {});
  if (!verdict.allowed) throw denied(caller, access.verb, 'anywhere', verdict);
}

/** Whether a caller may see what is at a place; for handlers of lists. */
export function mayView(caller: Caller, place: Place): boolean {
  return decide(caller.grants, 'view', place).allowed;
}

/** Whether a caller may see something within a place; a service, for one, when they may see it in any environment. */
export function mayViewWithin(caller: Caller, place: Place): boolean {
  return decideWithin(caller.grants, 'view', place).allowed;
}

const reaching = new WeakMap<Grants, Map<Verb, boolean>>();

/** Whether the right reaches everywhere; found out once for all requests that bring the same grants. */
function mayEverywhere({ grants }: Caller, verb: Verb): boolean {
  const known = reaching.get(grants) ?? new Map<Verb, boolean>();
  reaching.set(grants, known);
  const reaches = known.get(verb) ?? allowsEverywhere(grants, verb);
  known.set(verb, reaches);
  return reaches;
}

/** Throws a 403 Refusal unless the caller has the right at this very place. */
export function permitAt(caller: Caller, verb: Verb, place: Place): void {
  const verdict = decide(caller.grants, verb, place);
  if (!verdict.allowed) throw denied(caller, verb, nameOf(place), verdict);
}

/** As `permitAt`, for a place that the caller did not name: one that they may not view is not named to them either. */
export function permitUnasked(caller: Caller, verb: Verb, place: Required<Place>): void {
  if (mayView(caller, place)) return permitAt(caller, verb, place);
  if (decide(caller.grants, verb, place).allowed) return;
  const where = `on everything that it takes in ${place.environment}`;
  throw denied(caller, verb, where, { allowed: false });
}

/** Throws a 403 Refusal unless the caller has the right at one place at least within this one. */
export function permitWithin(caller: Caller, verb: Verb, place: Place): void {
  const verdict = decideWithin(caller.grants, verb, place);
  if (!verdict.allowed) throw denied(caller, verb, nameOf(place), verdict);
}

function prove(access: Need, place: Place, caller: Caller): void {
  const permitted = 'on' in access ? permitAt : permitWithin;
  permitted(caller, access.verb, place);
}

/** The 403 for a caller without a right; it names the right, the place and the rule that denied it. */
export function denied(caller: Caller, verb: Verb, where: string, { rule }: Verdict): Refusal {
  const why = rule ? `the rule ${textOf(rule)} denies it` : 'no rule allows it';
  return new Refusal(
    'access.denied',
    `${caller.name} lacks the right ${verb} ${where}: ${why}. Ask an administrator for a role with this right`,
    {
      headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${verb}"` },
      members: { verb },
    },
  );
}

/** A place in words: `on shop-api in staging`. */
export function nameOf({ service, environment }: Place): string {
  if (service !== undefined && environment !== undefined) return `on ${service} in ${environment}`;
  if (service !== undefined) return `on service ${service}`;
  return environment === undefined ? 'for the whole installation' : `in environment ${environment}`;
}

function textOf({ effect, verbs, service = ANY, environment = ANY, from }: Rule): string {
  const text = `"${effect} ${verbs.join(', ')} on ${service}/${environment}"`;
  return from === undefined ? text : `${text} of ${from}`;
}

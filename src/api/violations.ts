import type { Violation } from '../shared/schema/schema.js';
import { Refusal } from './refusal.js';

/** The refusal for these violations, all of which it carries. */
export function invalid(errors: readonly Violation[]): Refusal {
  const first = errors.slice(0, 3).map(({ pointer, detail }) => `${pointer || 'the body'} ${detail}`);
  const more = errors.length > 3 ? `; and ${errors.length - 3} more` : '';
  return new Refusal('request.invalid', `${first.join('; ')}${more}`, { errors });
}

/** Violations below another place. */
export function within(prefix: string, violations: readonly Violation[] = []): readonly Violation[] {
  if (prefix === '') return violations;
  return violations.map(({ pointer, detail }) => ({ pointer: `${prefix}${pointer}`, detail }));
}

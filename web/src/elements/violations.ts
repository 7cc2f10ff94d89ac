import { CallFailed } from '../api/call.js';

/** What the API objects to, shared out among the fields of a form. */
export interface Violations {
  /** What is wrong at a place of the request, such as `/roles`, or below it. */
  readonly at: (pointer: string) => string | undefined;
  /** What no field shows; undefined when every objection has its field. */
  readonly rest: unknown;
}

/** Shares the objections of a refusal out among these places; any other error is left for a note. */
export function violationsOf(error: unknown, pointers: readonly string[]): Violations {
  const found = error instanceof CallFailed ? (error.problem.errors ?? []) : [];
  const isAt = (pointer: string) => (each: { readonly pointer: string }) =>
    each.pointer === pointer || each.pointer.startsWith(`${pointer}/`);
  const others = found.filter((each) => !pointers.some((pointer) => isAt(pointer)(each)));
  return {
    at(pointer) {
      const said = found.filter(isAt(pointer)).map(({ detail }) => detail);
      return said.length === 0 ? undefined : [...new Set(said)].join('; ');
    },
    rest: restOf(error, found.length, others),
  };
}

function restOf(
  error: unknown,
  found: number,
  others: NonNullable<CallFailed['problem']['errors']>,
): unknown {
  if (!(error instanceof CallFailed) || found === 0) return error ?? undefined;
  if (others.length === 0) return undefined;
  return new CallFailed(error.status, { ...error.problem, errors: others });
}

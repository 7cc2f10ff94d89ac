import type { TailBatch, TailWish } from '../providers/live-operations.js';
import { TailQuery } from '../shared/contract/live-tail.js';
import type { Redactor } from '../shared/log/redact.js';
import { compilePattern } from '../shared/schema/pattern.js';
import { schemaOf } from '../shared/schema/schema.js';
import { eventOf } from './events.js';
import { GatewayRefusal } from './gateway-refusal.js';

const query = schemaOf(TailQuery);

/** Hides secrets in lines, with or without their colours. */
export type LogRedactor = Pick<Redactor, 'redact' | 'coloured'>;

/**
 * What the API asks to follow; patterns are looked for in lines as they are shown. Throws a GatewayRefusal for what it
 * should not have let through.
 */
export function tailWish(body: unknown, { redact }: LogRedactor): TailWish {
  const { after, ...wanted } = body as { readonly after?: unknown };
  if (!query.is(wanted)) throw new GatewayRefusal('live.failed', 'The API asked for what nobody knows');
  const { include, exclude, ...rest } = wanted;
  const [included, excluded] = [include, exclude].map((pattern) =>
    pattern === undefined ? undefined : compilePattern(pattern),
  );
  return {
    ...rest,
    ...(typeof after === 'string' && { after }),
    wants(text) {
      if (!included && !excluded) return true;
      // A secret that could be found by a pattern could be guessed piece by piece.
      const shown = redact(text);
      return (included?.found(shown) ?? true) && excluded?.found(shown) !== true;
    },
  };
}

/**
 * Batches as events: `lines`, whose id is where a reader that comes back goes on, `dropped` and `notice`. Lines are
 * redacted, and carry no control characters but what sets colours (`ESC [ … m`) in lines of which nothing is hidden.
 */
export async function* tailEvents(
  batches: AsyncIterable<TailBatch>,
  { redact, coloured }: LogRedactor,
): AsyncGenerator<string> {
  for await (const { lines, dropped, notices, position } of batches) {
    const shown = lines.map((line) => ({ ...line, text: coloured(line.text) }));
    if (shown.length > 0) yield eventOf('lines', { lines: shown }, position);
    for (const one of dropped) yield eventOf('dropped', one);
    for (const notice of notices) yield eventOf('notice', { ...notice, text: redact(notice.text) });
  }
}

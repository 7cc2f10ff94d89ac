/** A body after its transfer coding was taken off, with the trailers that followed it (lower-case names). */
export interface DecodedBody {
  readonly body: Buffer;
  readonly trailers: Readonly<Record<string, string>>;
}

/**
 * Takes the `aws-chunked` coding off a body (S3 "Signature calculations: transferring payload in multiple chunks").
 * Undefined when the coding is malformed or cut short; chunk signatures are not verified.
 */
export function decodeAwsChunked(raw: Buffer): DecodedBody | undefined {
  const pieces: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = raw.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(raw.toString('latin1', at, lineEnd), 16);
    if (!Number.isInteger(size)) return undefined;
    at = lineEnd + 2;
    if (size === 0) return { body: Buffer.concat(pieces), trailers: trailersOf(raw.toString('latin1', at)) };
    if (at + size + 2 > raw.length) return undefined;
    pieces.push(raw.subarray(at, at + size));
    at += size + 2;
  }
}

function trailersOf(text: string): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return trailers;
}

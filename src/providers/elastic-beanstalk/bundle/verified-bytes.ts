import { createHash } from 'node:crypto';

/** Largest source bundle of Elastic Beanstalk (developer guide, "Application source bundle"). */
export const LARGEST_BUNDLE_BYTES = 500 * 1024 * 1024;

/** Bytes that are not what was promised. */
export class BundleMismatch extends Error {
  override readonly name = 'BundleMismatch';
}

/** Passes bytes on and throws a `BundleMismatch` before the end when they are too many or have another hash. */
export async function* verifiedBytes(
  bytes: AsyncIterable<Uint8Array>,
  sha256: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > LARGEST_BUNDLE_BYTES) throw new BundleMismatch('It is larger than the limit of 500 MB.');
    hash.update(chunk);
    yield chunk;
  }
  const found = hash.digest('hex');
  if (found !== sha256) throw new BundleMismatch(`Its SHA-256 is ${found}, not ${sha256}.`);
}

import { createInterface } from 'node:readline';
import { pipeline, Readable, type Duplex } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import type { Blobs } from './blobs.js';

/**
 * Stores lines of text, gzipped; they come without their line feed. Once it resolves the blob is durable and of the
 * size that was written; what `rows` throws is thrown again, and nothing is kept then.
 */
export async function putRows(
  blobs: Pick<Blobs, 'put' | 'size'>,
  key: string,
  rows: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  async function* text(): AsyncIterable<string> {
    for await (const row of rows) yield `${row}\n`;
  }
  const { size } = await blobs.put(key, through(Readable.from(text()), createGzip()));
  if ((await blobs.size(key)) !== size)
    throw new Error(`The blob ${key} is not of the size that was written`);
}

/** The lines of such a blob; none when there is no such blob. A reader may stop early; damage is thrown as zlib has it. */
export async function* rowsOf(blobs: Pick<Blobs, 'get'>, key: string): AsyncIterable<string> {
  const blob = await blobs.get(key);
  if (!blob) return;
  const unzipped = through(blob.stream, createGunzip());
  try {
    yield* createInterface({ input: unzipped, crlfDelay: Number.POSITIVE_INFINITY });
  } finally {
    unzipped.destroy();
  }
}

/** Unlike `pipe` it hands on errors, and the wish to stop. */
function through<S extends Duplex>(source: Readable, stream: S): S {
  pipeline(source, stream, thrownToTheReader);
  return stream;
}

function thrownToTheReader(error: unknown): void {
  void error;
}

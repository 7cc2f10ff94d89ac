import { Readable } from 'node:stream';
import yauzl from 'yauzl';

/** A zip file of which the end is at hand; all else is read when it is needed. */
export interface ZipSource {
  readonly size: number;
  /** Its last bytes; all of it when it is small. */
  readonly end: Uint8Array;
  read(start: number, length: number): Promise<Uint8Array>;
}

export interface ZipEntry {
  readonly name: string;
  /** Bits of Unix, `undefined` when the file was made on a system without them. */
  readonly mode: number | undefined;
  /** Bytes when it is unpacked, as the file claims. */
  readonly size: number;
}

/** The directory of a zip file, or why there is none: it is no zip file, or its directory begins before `end`. */
export type Zip =
  | {
      readonly is: 'listed';
      readonly entries: readonly ZipEntry[];
      /** Throws when it is larger than `most`, whatever the file claims. */
      content(name: string, most: number): Promise<Buffer>;
    }
  | { readonly is: 'unreadable'; readonly why: string }
  | { readonly is: 'too-long' };

const UNIX = 3;

/** Reads the directory, which stands at the end of a zip file, and no content yet. */
export async function openZip(source: ZipSource): Promise<Zip> {
  const reader = new SourceReader(source);
  try {
    const file = await open(reader, source.size);
    const found = await list(file);
    reader.directoryIsRead = true;
    return {
      is: 'listed',
      entries: found.map(({ fileName, externalFileAttributes, uncompressedSize, versionMadeBy }) => ({
        name: fileName,
        mode: versionMadeBy >> 8 === UNIX ? externalFileAttributes >>> 16 : undefined,
        size: uncompressedSize,
      })),
      async content(name, most) {
        const entry = found.findLast((one) => one.fileName === name);
        if (entry === undefined) throw new Error(`There is no ${name} in the zip file`);
        return await unpack(file, entry, most);
      },
    };
  } catch (error) {
    if (reader.missed) return { is: 'too-long' };
    return { is: 'unreadable', why: error instanceof Error ? error.message : String(error) };
  }
}

/** A zip file that is in memory. */
export function openZipBytes(bytes: Uint8Array): Promise<Zip> {
  return openZip({ size: bytes.length, end: bytes, read: () => Promise.reject(new Error('Beyond its end')) });
}

class SourceReader extends yauzl.RandomAccessReader {
  /** The directory begins before the end that is at hand. */
  missed = false;
  directoryIsRead = false;
  readonly #source: ZipSource;

  constructor(source: ZipSource) {
    super();
    this.#source = source;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const offset = this.#source.size - this.#source.end.length;
    if (start >= offset) {
      return Readable.from([Buffer.from(this.#source.end.subarray(start - offset, end - offset))]);
    }
    this.missed = !this.directoryIsRead;
    return Readable.from(this.#further(start, end));
  }

  async *#further(start: number, end: number): AsyncGenerator<Buffer> {
    yield Buffer.alloc(0);
    if (this.missed) throw new Error('The directory of the zip file begins before what was read');
    yield Buffer.from(await this.#source.read(start, end - start));
  }
}

function open(reader: SourceReader, size: number): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    const options = {
      lazyEntries: true,
      autoClose: false,
      validateEntrySizes: false,
      strictFileNames: false,
    };
    yauzl.fromRandomAccessReader(reader, size, { ...options, decodeStrings: true }, (error, zip) => {
      if (error === null) resolve(zip);
      else reject(error);
    });
  });
}

function list(file: yauzl.ZipFile): Promise<readonly yauzl.Entry[]> {
  return new Promise((resolve, reject) => {
    const found: yauzl.Entry[] = [];
    file.on('entry', (entry: yauzl.Entry) => {
      found.push(entry);
      file.readEntry();
    });
    file.on('end', () => resolve(found));
    file.on('error', reject);
    file.readEntry();
  });
}

async function unpack(file: yauzl.ZipFile, entry: yauzl.Entry, most: number): Promise<Buffer> {
  const stream = await file.openReadStreamPromise(entry);
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream) {
    size += (piece as Buffer).length;
    if (size > most) throw new Error(`${entry.fileName} has more than ${most} bytes`);
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces);
}

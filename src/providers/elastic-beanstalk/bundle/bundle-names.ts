import { Readable } from 'node:stream';
import yauzl from 'yauzl';

/** The end of a file: its size and its last bytes. */
export interface FileEnd {
  readonly size: number;
  readonly bytes: Uint8Array;
}

/** The names in a zip file, or why there are none: it is no zip file, or its directory begins before `bytes`. */
export type Names =
  | { readonly is: 'listed'; readonly names: readonly string[] }
  | { readonly is: 'unreadable'; readonly why: string }
  | { readonly is: 'too-long' };

/** Reads only the directory of a zip file, which stands at its end. */
export async function bundleNames(end: FileEnd): Promise<Names> {
  const reader = new EndReader(end);
  try {
    return { is: 'listed', names: await listNames(reader, end.size) };
  } catch (error) {
    if (reader.missed) return { is: 'too-long' };
    return { is: 'unreadable', why: error instanceof Error ? error.message : String(error) };
  }
}

/** What keeps Elastic Beanstalk from deploying a bundle with these names; `undefined` when nothing does. */
export function bundleProblem(names: readonly string[]): string | undefined {
  const files = names.filter((name) => !name.endsWith('/'));
  if (files.length === 0) return 'The zip file is empty.';
  const escaping = names.find((name) => name.startsWith('/') || name.split('/').includes('..'));
  if (escaping !== undefined) return `The zip file contains ${escaping}, which leads out of it.`;
  const [top] = new Set(files.map((name) => (name.includes('/') ? name.split('/')[0] : '')));
  const isSingle = top !== undefined && top !== '' && files.every((name) => name.startsWith(`${top}/`));
  // META-INF alone is a jar; folders with a dot configure Elastic Beanstalk itself.
  if (isSingle && top !== 'META-INF' && top !== 'WEB-INF' && !top.startsWith('.')) {
    return `All files lie in the folder ${top}; zip the content of the folder, not the folder.`;
  }
  return undefined;
}

/** Whether the bundle has what Elastic Beanstalk can validate before a deployment. */
export function needsProcessing(names: readonly string[]): boolean {
  return names.some((name) => name === 'env.yaml' || name.startsWith('.ebextensions/'));
}

class EndReader extends yauzl.RandomAccessReader {
  missed = false;
  readonly #end: FileEnd;

  constructor(end: FileEnd) {
    super();
    this.#end = end;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const offset = this.#end.size - this.#end.bytes.length;
    if (start < offset) {
      this.missed = true;
      return Readable.from(failing());
    }
    return Readable.from([Buffer.from(this.#end.bytes.subarray(start - offset, end - offset))]);
  }
}

async function* failing(): AsyncGenerator<Buffer> {
  yield Buffer.alloc(0);
  throw new Error('The directory of the zip file begins before what was read');
}

function listNames(reader: EndReader, size: number): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const options = {
      lazyEntries: true,
      validateEntrySizes: false,
      strictFileNames: false,
      decodeStrings: true,
    };
    yauzl.fromRandomAccessReader(reader, size, options, (error, zip) => {
      if (error !== null) {
        reject(error);
        return;
      }
      const names: string[] = [];
      zip.on('entry', (entry: { readonly fileName: string }) => {
        names.push(entry.fileName);
        zip.readEntry();
      });
      zip.on('end', () => resolve(names));
      zip.on('error', reject);
      zip.readEntry();
    });
  });
}

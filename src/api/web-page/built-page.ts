import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** One file of the page, ready to be sent. */
export interface PageFile {
  /** Extension, as Express knows types. */
  readonly type: string;
  /** Whether the name holds a hash of the content. */
  readonly hashed: boolean;
  readonly plain: Buffer;
  /** Absent where packing gains nothing. */
  readonly gzip?: Buffer;
}

/** The built web page. */
export interface BuiltPage {
  /** By path, `/assets/index-1a2b.js`. */
  readonly files: ReadonlyMap<string, PageFile>;
  /** A document for a page whose addresses begin with `basePath`: the page itself, or a terminal beside it. */
  document(name: 'index' | 'shell' | 'replay', basePath: string): string;
}

/** Where the build leaves the page; the same place for sources and for compiled code. */
const FOLDER = fileURLToPath(new URL('../../../dist/web', import.meta.url));

/** Reads the page into memory, packed once for all; undefined when it was not built. */
export function readBuiltPage(folder = FOLDER): BuiltPage | undefined {
  if (!existsSync(join(folder, 'index.html'))) return undefined;
  const read = (name: string) => readFileSync(join(folder, `${name}.html`), 'utf8');
  const documents = { index: read('index'), shell: read('shell'), replay: read('replay') };
  const files = new Map<string, PageFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.html')) continue;
    const file = join(entry.parentPath, entry.name);
    files.set(`/${relative(folder, file).split(sep).join('/')}`, readPageFile(file));
  }
  return {
    files,
    document: (name, basePath) =>
      documents[name].replace('<base href="/"', `<base href="${escaped(basePath)}"`),
  };
}

function readPageFile(file: string): PageFile {
  const plain = readFileSync(file);
  const gzip = gzipSync(plain, { level: 9 });
  return {
    type: extname(file),
    hashed: /-[\w-]{8}\.\w+$/.test(file),
    plain,
    ...(gzip.byteLength < plain.byteLength && { gzip }),
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

import { s3Xml } from './answers.js';
import type { Answer } from './exchange.js';
import type { Bucket } from './objects.js';
import type { WireRequest } from './signature.js';

/** Answers ListObjectsV2: prefix, delimiter, start-after, max-keys and continuation. */
export function listObjects(bucket: Bucket, request: WireRequest): Answer {
  const query = request.url.searchParams;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const asked = Number(query.get('max-keys') ?? largestPage);
  const token = query.get('continuation-token');
  const start =
    token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString('utf8');
  const rows = rowsOf(bucket, { prefix, delimiter, start });
  const page = rows.slice(0, Math.min(asked, largestPage));
  const isTruncated = page.length < rows.length;
  const last = page.at(-1)?.name ?? '';
  return s3Xml('ListBucketResult', {
    Name: bucket.name,
    Prefix: prefix,
    Delimiter: delimiter === '' ? undefined : delimiter,
    MaxKeys: asked,
    KeyCount: page.length,
    IsTruncated: isTruncated,
    NextContinuationToken: isTruncated ? Buffer.from(last).toString('base64url') : undefined,
    Contents: page.filter((row) => row.is === 'key').map((row) => describe(bucket, row.name)),
    CommonPrefixes: page.filter((row) => row.is === 'folder').map((row) => ({ Prefix: row.name })),
  });
}

/** S3 lists at most a thousand keys and prefixes at a time. */
const largestPage = 1_000;

interface Row {
  readonly is: 'key' | 'folder';
  readonly name: string;
}

function rowsOf(
  bucket: Bucket,
  { prefix, delimiter, start }: { prefix: string; delimiter: string; start: string },
): readonly Row[] {
  const rows: Row[] = [];
  for (const key of [...bucket.objects.keys()].sort(byBytes)) {
    if (!key.startsWith(prefix) || byBytes(key, start) <= 0) continue;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const folder = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
    if (folder === undefined) rows.push({ is: 'key', name: key });
    // A page that ended with a folder goes on after everything in it.
    else if (rows.at(-1)?.name !== folder && !start.startsWith(folder))
      rows.push({ is: 'folder', name: folder });
  }
  return rows;
}

function describe(bucket: Bucket, key: string): { [name: string]: string | number | Date | undefined } {
  const stored = bucket.objects.get(key);
  return {
    Key: key,
    LastModified: stored?.lastModified,
    ETag: stored?.etag,
    Size: stored?.body.length,
    StorageClass: 'STANDARD',
  };
}

function byBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

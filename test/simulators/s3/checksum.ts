import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

import type { Checksum } from './objects.js';

const verifiable: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  'x-amz-checksum-crc32': crc32Of,
  'x-amz-checksum-sha1': (body) => createHash('sha1').update(body).digest(),
  'x-amz-checksum-sha256': (body) => createHash('sha256').update(body).digest(),
};

/** The checksum that a request declares in its headers or trailers (S3 "Checking object integrity"); undefined when none. */
export function declaredChecksum(headers: Readonly<Record<string, string>>): Checksum | undefined {
  for (const [header, value] of Object.entries(headers)) {
    if (/^x-amz-checksum-(crc32|crc32c|crc64nvme|sha1|sha256)$/.test(header)) return { header, value };
  }
  return undefined;
}

/** Whether `body` has the declared checksum. CRC32C and CRC64NVME are taken on trust: Node cannot compute them. */
export function hasChecksum(body: Buffer, checksum: Checksum): boolean {
  const compute = verifiable[checksum.header];
  return compute === undefined || compute(body).toString('base64') === checksum.value;
}

/** The composite checksum of a multipart object, `<checksum of the part checksums>-<parts>`; undefined when a part has none. */
export function compositeChecksum(parts: readonly (Checksum | undefined)[]): Checksum | undefined {
  const header = parts[0]?.header;
  const compute = verifiable[header ?? ''];
  const raw = parts.map((part) =>
    part?.header === header ? Buffer.from(part?.value ?? '', 'base64') : undefined,
  );
  if (header === undefined || compute === undefined || raw.includes(undefined)) return undefined;
  const joined = Buffer.concat(raw.filter((piece) => piece !== undefined));
  return { header, value: `${compute(joined).toString('base64')}-${parts.length}` };
}

function crc32Of(body: Buffer): Buffer {
  const word = Buffer.alloc(4);
  word.writeUInt32BE(crc32(body));
  return word;
}

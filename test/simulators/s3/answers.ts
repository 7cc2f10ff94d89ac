import type { Answer } from './exchange.js';
import { escapeXml, xmlElement } from './xml.js';
import type { XmlValue } from './xml.js';

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** An XML answer of S3 with status 200. */
export function s3Xml(root: string, content: string | { readonly [name: string]: XmlValue }): Answer {
  const inner =
    typeof content === 'string'
      ? escapeXml(content)
      : Object.entries(content)
          .map(([name, value]) => xmlElement(name, value, 'flattened'))
          .join('');
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${inner}</${root}>`,
  };
}

/** An answer of S3 that says all in its status and headers. */
export function s3Empty(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body: '' };
}

/** An error of S3, as in "Error responses" of the S3 API reference. */
export function s3Error(status: number, code: string, message: string, resource = ''): Answer {
  return {
    status,
    code,
    headers: { 'content-type': 'application/xml' },
    body:
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message>` +
      `<Resource>${escapeXml(resource)}</Resource></Error>`,
  };
}

/** The refusal of a bucket that does not exist. */
export function noSuchBucket(bucket: string): Answer {
  return s3Error(404, 'NoSuchBucket', 'The specified bucket does not exist', bucket);
}

/** The refusal of a key that does not exist. */
export function noSuchKey(key: string): Answer {
  return s3Error(404, 'NoSuchKey', 'The specified key does not exist.', key);
}

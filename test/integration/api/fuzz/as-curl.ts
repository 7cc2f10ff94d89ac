import { gzipSync } from 'node:zlib';
import type { Fuzz } from './requests.js';

/** The very request as a line of a shell, which finds the address in `$API` and the token in `$TOKEN`. */
export function asCurl({ path, method, headers, body }: Fuzz): string {
  const fields = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  const words = ['curl -i --path-as-is -X', method, '-H "Authorization: Bearer $TOKEN"', ...fields];
  const sent = body === undefined ? words : [...words, '--data-binary @-'];
  const line = `${sent.join(' ')} "$API"${quoted(path)}`;
  // Any bytes survive this, and long ones stay short.
  return body === undefined
    ? line
    : `echo ${gzipSync(body).toString('base64')} | base64 -d | gunzip | ${line}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

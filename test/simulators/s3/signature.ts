import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What the credential scope of a request says about who signed it, and for which service (SigV4 "Credential"). */
export interface Signer {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
  readonly sessionToken: string | undefined;
  readonly presigned: boolean;
}

/** One HTTP request as it came over the wire: `rawUrl` is unparsed, because the signature covers those bytes. */
export interface WireRequest {
  readonly method: string;
  readonly rawUrl: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Reads the signer out of the Authorization header or the presigned query; undefined for an anonymous request. */
export function signerOf(request: WireRequest): Signer | undefined {
  const parts = signatureParts(request);
  if (parts === undefined) return undefined;
  const [accessKeyId = '', , region = '', service = ''] = parts.credential.split('/');
  return { accessKeyId, region, service, sessionToken: parts.sessionToken, presigned: parts.presigned };
}

/** Whether the signature of `request` was made with `secretKey` (AWS Signature Version 4, "Create a signed AWS API request"). */
export function isSignedWith(request: WireRequest, secretKey: string): boolean {
  const parts = signatureParts(request);
  if (parts === undefined) return false;
  const expected = signatureFor(request, parts, secretKey);
  const [left, right] = [Buffer.from(expected), Buffer.from(parts.signature)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** What a presigned URL is made of; `at` is wall-clock milliseconds. */
export interface Presigning {
  readonly url: string;
  readonly accessKeyId: string;
  readonly secretKey: string;
  readonly region: string;
  readonly expiresSeconds: number;
  readonly at: number;
}

/** A GET URL for an S3 object that needs no further credentials until it expires ("Download objects with presigned URLs"). */
export function presignedUrl(order: Presigning): string {
  const stamp = new Date(order.at).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const url = new URL(order.url);
  const scope = `${stamp.slice(0, 8)}/${order.region}/s3/aws4_request`;
  url.searchParams.set('X-Amz-Algorithm', 'AWS4-HMAC-SHA256');
  url.searchParams.set('X-Amz-Credential', `${order.accessKeyId}/${scope}`);
  url.searchParams.set('X-Amz-Date', stamp);
  url.searchParams.set('X-Amz-Expires', String(order.expiresSeconds));
  url.searchParams.set('X-Amz-SignedHeaders', 'host');
  const request: WireRequest = {
    method: 'GET',
    rawUrl: `${url.pathname}${url.search}`,
    url,
    headers: { host: url.host },
    body: Buffer.alloc(0),
  };
  const parts = signatureParts(request);
  if (parts === undefined) throw new Error('a presigned URL without a credential cannot be signed');
  url.searchParams.set('X-Amz-Signature', signatureFor(request, parts, order.secretKey));
  return url.href;
}

/** Wall-clock milliseconds at which a presigned request stops being valid; undefined when it is not presigned. */
export function presignedUntil(request: WireRequest): number | undefined {
  const query = request.url.searchParams;
  const date = query.get('X-Amz-Date');
  if (!query.has('X-Amz-Credential') || date === null) return undefined;
  return parseStamp(date) + Number(query.get('X-Amz-Expires') ?? 0) * 1_000;
}

interface SignatureParts {
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly stamp: string;
  readonly sessionToken: string | undefined;
  readonly presigned: boolean;
}

function signatureParts(request: WireRequest): SignatureParts | undefined {
  const query = request.url.searchParams;
  const credential = query.get('X-Amz-Credential');
  if (credential !== null) {
    return {
      credential,
      signedHeaders: (query.get('X-Amz-SignedHeaders') ?? 'host').split(';'),
      signature: query.get('X-Amz-Signature') ?? '',
      stamp: query.get('X-Amz-Date') ?? '',
      sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
      presigned: true,
    };
  }
  const header = request.headers['authorization'];
  const match = /^AWS4-HMAC-SHA256 Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=(\w+)$/.exec(
    header ?? '',
  );
  if (match === null) return undefined;
  return {
    credential: match[1] ?? '',
    signedHeaders: (match[2] ?? '').split(';'),
    signature: match[3] ?? '',
    stamp: request.headers['x-amz-date'] ?? '',
    sessionToken: request.headers['x-amz-security-token'],
    presigned: false,
  };
}

function signatureFor(request: WireRequest, parts: SignatureParts, secretKey: string): string {
  const [, date = '', region = '', service = ''] = parts.credential.split('/');
  const canonical = canonicalRequest(request, parts, service);
  const toSign = `AWS4-HMAC-SHA256\n${parts.stamp}\n${date}/${region}/${service}/aws4_request\n${sha256(canonical)}`;
  let key: Buffer = Buffer.from(`AWS4${secretKey}`);
  for (const word of [date, region, service, 'aws4_request']) key = hmac(key, word);
  return hmac(key, toSign).toString('hex');
}

function canonicalRequest(request: WireRequest, parts: SignatureParts, service: string): string {
  const path = request.rawUrl.split('?')[0] ?? '/';
  const headers = parts.signedHeaders.map((name) => {
    return `${name}:${(request.headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}\n`;
  });
  const payload = request.headers['x-amz-content-sha256'];
  return [
    request.method,
    // S3 signs the path as it is sent, every other service signs it encoded once more.
    service === 's3' ? path : path.split('/').map(encode).join('/'),
    canonicalQuery(request.url),
    headers.join(''),
    parts.signedHeaders.join(';'),
    parts.presigned ? 'UNSIGNED-PAYLOAD' : (payload ?? sha256(request.body)),
  ].join('\n');
}

function canonicalQuery(url: URL): string {
  return [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

function parseStamp(stamp: string): number {
  return Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

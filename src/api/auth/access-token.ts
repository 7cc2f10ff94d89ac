import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SHAPE = /^bp_([0-9A-Za-z]{12})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

/**
 * A new secret, `bp_<id>_<256 random bits><checksum>` in base 62. Prefix and checksum let secret scanners tell it
 * from other text and let us refuse mistyped ones without asking the store.
 */
export function makeToken(): { readonly id: string; readonly token: string } {
  const id = base62(randomBytes(9), 12);
  const body = `bp_${id}_${base62(randomBytes(32), 43)}`;
  return { id, token: `${body}${checksum(body)}` };
}

/** A new secret with 256 random bits that stands for something kept under its hash: a session, an invitation. */
export function makeSecret(prefix: 'bs' | 'bi' | 'bo'): string {
  return `${prefix}_${base62(randomBytes(32), 43)}`;
}

/** Whether a text can be one of our tokens at all. */
export function isWellFormed(token: string): boolean {
  return SHAPE.test(token) && checksum(token.slice(0, -6)) === token.slice(-6);
}

/** What is stored of a token. The secret has 256 random bits, so a plain hash cannot be reversed by guessing. */
export function hashOf(token: string): string {
  return hash('sha256', token, 'hex');
}

function checksum(text: string): string {
  return base62(Buffer.from(crc32(text).toString(16).padStart(8, '0'), 'hex'), 6);
}

function base62(bytes: Uint8Array, width: number): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  while (rest > 0n) {
    text = `${ALPHABET[Number(rest % 62n)]}${text}`;
    rest /= 62n;
  }
  return text.padStart(width, '0').slice(-width);
}

/** What stands in the place of a secret. */
export const HIDDEN = '[redacted]';

/** Shapes of well-known secrets. What precedes a group `keep` stays readable. */
const SHAPES: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bgh[oprsu]_[A-Za-z0-9]{36,255}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{22,255}\b/g,
  /\bglpat-[A-Za-z0-9_-]{20,255}/g,
  /\bhv[bsr]\.[A-Za-z0-9_-]{20,}/g,
  /\bbp_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}\b/g,
  /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g,
  /(?<keep>\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}/gi,
  /(?<keep>[?&](?:X-Amz-Signature|X-Amz-Security-Token|X-Amz-Credential|Signature|sig|access_token|token)=)[^&\s"'<>]+/gi,
  /(?<keep>\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"']{1,200}@/gi,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g,
  /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,20}PRIVATE KEY-----|$)/g,
];
/** A cheap look that says whether any of the shapes can be in a line at all. */
const MAYBE =
  /AKIA|ASIA|gh[oprsu]_|github_pat_|glpat-|hv[bsr]\.|bp_|xox|bearer|basic|[?&][\w-]+=|:\/\/|eyJ|-----BEGIN/i;

/** Hides what looks like a well-known secret. */
export function hideShapes(text: string): string {
  if (!MAYBE.test(text)) return text;
  let hidden = text;
  for (const shape of SHAPES) {
    hidden = hidden.replace(shape, (...found: unknown[]) => {
      const groups = found.at(-1) as { keep?: string } | string;
      const keep = typeof groups === 'object' ? (groups.keep ?? '') : '';
      return String(found[0]).endsWith('@') ? `${keep}${HIDDEN}@` : `${keep}${HIDDEN}`;
    });
  }
  return hidden;
}

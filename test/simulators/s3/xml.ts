/** What an XML answer can hold; undefined leaves the element out, a list repeats it by the caller's rule. */
export type XmlValue =
  string | number | boolean | Date | undefined | readonly XmlValue[] | { readonly [name: string]: XmlValue };

/** How a list is written: AWS Query wraps items in `<member>`, S3 repeats the element itself ("flattened"). */
export type ListStyle = 'member' | 'flattened';

/** Writes `<name>…</name>`; an empty text or object becomes an empty element, undefined becomes nothing. */
export function xmlElement(name: string, value: XmlValue, lists: ListStyle): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) {
    const items: readonly XmlValue[] = value;
    if (lists === 'flattened') return items.map((item) => xmlElement(name, item, lists)).join('');
    return `<${name}>${items.map((item) => xmlElement('member', item, lists)).join('')}</${name}>`;
  }
  return `<${name}>${xmlContent(value, lists)}</${name}>`;
}

function xmlContent(value: Exclude<XmlValue, undefined>, lists: ListStyle): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object') return escapeXml(String(value));
  return Object.entries(value)
    .map(([name, inner]) => xmlElement(name, inner, lists))
    .join('');
}

/** Escapes text for XML content; control characters that XML 1.0 forbids are dropped. */
export function escapeXml(text: string): string {
  return text
    .replaceAll(/\p{Cc}/gu, (sign) => (/[\t\n\r]/.test(sign) ? sign : ''))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

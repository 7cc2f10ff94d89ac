/** Secrets in the shapes in which they come, each unmistakable. None is written anywhere but in Vault. */
export const ODD_SECRETS: readonly string[] = [
  'correct-horse-battery-staple-01',
  'with space and "quotes" 02',
  "single 'quotes' 03 and `ticks`",
  'back\\slash\\04\\path',
  'percent%2Fencoded%0A05',
  'amp&lt;06>&"html"',
  'dollar$(id)${HOME}07',
  'mustache{{version}}08',
  '{{service}}-09-secret',
  'colon: yaml # 10 comment',
  '- list item 11',
  '{"json":"value 12","n":[1,2]}',
  '[1313131313, "13"]',
  'multi line 14\nsecond line of 14\nthird line of 14',
  'windows line 15\r\nsecond line of fifteen',
  'tab\tin\tthe\tmiddle\t16',
  '  spaces around 17  ',
  'ünïcödé-pässwörd-18',
  '日本語のパスワード十九',
  'emoji-🔑🗝️-20-keys',
  'combining-é̂-21-marks',
  'base64==/+/+22==',
  'cGFzc3dvcmQtMjMtaXMtYmFzZTY0',
  'deadbeef24deadbeef24deadbeef24',
  '252525252525',
  'true-26-false-null',
  'env:HOME_27_IS_NO_REFERENCE',
  'https://user28:pass28@host.example.com/x?token=28',
  'Server=db;User Id=sa;Password=P@ss29;',
  'postgres://app:s3cr3t30@db.example.com:5432/app?sslmode=require',
  "semi;colon'31 OR '1'='1",
  '<xml attr="32">text</xml>',
  '!"#$%&()*+,-./33:;<=>?@[]^_`{|}~',
  'x'.repeat(20) + '34' + 'y'.repeat(20),
  `long-35-${'abcdefghij'.repeat(60)}`,
  'A'.repeat(64) + '36' + 'B'.repeat(64),
  'ends with newline 37\n',
  'pipe|and>redirect<38',
  'null\\u0000escape 39',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MCJ9.c2lnbmF0dXJlLW9mLTQw',
];

/** What a person who searches for a secret would try; made without the code under test. */
export function spellingsOf(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.trim().length >= 8);
  return [secret, ...lines].flatMap((text) => {
    const bytes = Buffer.from(text);
    // The same bytes behind one and two others, without the groups that the neighbours have a part in.
    const shifted = [1, 2].map((before) =>
      Buffer.concat([Buffer.alloc(before, 1), bytes])
        .toString('base64')
        .slice(4, -4),
    );
    return [
      text,
      text.trim(),
      bytes.toString('base64').replace(/=+$/, ''),
      bytes.toString('base64url'),
      ...shifted.filter((each) => each.length >= 8),
      bytes.toString('hex'),
      encodeURIComponent(text),
      encodeURIComponent(text).replaceAll('%20', '+'),
      JSON.stringify(text).slice(1, -1),
      JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1),
    ];
  });
}

/** Part of a line that looks the same all along: its text and the classes that draw it. */
export interface Run {
  readonly text: string;
  readonly look: string;
}

/** What the sequences before a place of a line have set. Colours count from 0 to 15, as terminals number them. */
interface Pen {
  readonly ink?: number | undefined;
  readonly ground?: number | undefined;
  readonly inverse?: boolean;
  readonly styles: readonly string[];
}

const PLAIN: Pen = { styles: [] };
/** ECMA-48, Select Graphic Rendition: the only sequences that the API leaves in a line. */
// oxlint-disable-next-line no-control-regex -- the control character is what this looks for
const SEQUENCE = /\u001b\[([\d;:]*)m/;
const STYLES: Readonly<Record<number, string>> = {
  1: 'bold',
  2: 'dim',
  3: 'italic',
  4: 'underline',
  9: 'struck',
};
const ENDS: Readonly<Record<number, readonly string[]>> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  29: ['struck'],
};
/** The first number of eight colours, what they colour, and the first of the eight. */
const COLOURS = [
  [30, 'ink', 0],
  [40, 'ground', 0],
  [90, 'ink', 8],
  [100, 'ground', 8],
] as const;

/** The runs of a line of a log. Blinking and hidden text are shown as any other: nothing in a log may be unseen. */
export function runsOf(line: string): readonly Run[] {
  if (!line.includes('\u001b')) return [{ text: line, look: '' }];
  const runs: Run[] = [];
  let pen = PLAIN;
  line.split(SEQUENCE).forEach((piece, at) => {
    // Between the texts stand the numbers of the sequences.
    if (at % 2 === 1) pen = drawWith(pen, numbersOf(piece));
    else if (piece !== '') runs.push({ text: piece, look: lookOf(pen) });
  });
  return runs;
}

/** The text of a line as it is seen. */
export function seenOf(line: string): string {
  return line.includes('\u001b')
    ? line
        .split(SEQUENCE)
        .filter((_, at) => at % 2 === 0)
        .join('')
    : line;
}

/** The runs with what is between two places of the text marked: those runs are split there. */
export function marked(
  runs: readonly Run[],
  from: number,
  to: number,
): readonly (Run & { readonly marked: boolean })[] {
  let begin = 0;
  return runs.flatMap(({ text, look }) => {
    const [first, second] = [from - begin, to - begin].map((at) => Math.min(Math.max(at, 0), text.length));
    begin += text.length;
    return [
      { text: text.slice(0, first), look, marked: false },
      { text: text.slice(first, second), look, marked: true },
      { text: text.slice(second), look, marked: false },
    ].filter((piece) => piece.text !== '');
  });
}

/** `38:2::255:0:0` and `38;2;255;0;0` say the same; the empty place is that of a colour space. */
function numbersOf(codes: string): readonly number[] {
  return codes
    .split(';')
    .flatMap((code) => code.replace(/^([34]8:2):[\d]*:(?=\d+:\d+:\d+)/, '$1:').split(':'))
    .map(Number);
}

function drawWith(before: Pen, codes: readonly number[]): Pen {
  let pen = before;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const [colour, used] = mixedColour(codes.slice(at + 1));
      pen = code === 38 ? { ...pen, ink: colour } : { ...pen, ground: colour };
      at += used;
    } else pen = drawWithOne(pen, code);
  }
  return pen;
}

function drawWithOne(pen: Pen, code: number): Pen {
  const style = STYLES[code];
  const ended = ENDS[code];
  const colour = COLOURS.find(([first]) => code >= first && code < first + 8);
  if (code === 0) return PLAIN;
  if (style) return { ...pen, styles: [...new Set([...pen.styles, style])] };
  if (ended) return { ...pen, styles: pen.styles.filter((each) => !ended.includes(each)) };
  if (colour) return { ...pen, [colour[1]]: code - colour[0] + colour[2] };
  if (code === 7 || code === 27) return { ...pen, inverse: code === 7 };
  if (code === 39) return { ...pen, ink: undefined };
  return code === 49 ? { ...pen, ground: undefined } : pen;
}

/** A colour of the table of 256 or a mixed one, as the nearest of the 16; and how many numbers said so. */
function mixedColour([way, ...numbers]: readonly number[]): readonly [number | undefined, number] {
  if (way === 5) return [ofTable(numbers[0] ?? 0), 2];
  if (way === 2) return [nearest(numbers.slice(0, 3)), 4];
  return [undefined, 1];
}

/** The table of xterm: 16 colours, a cube of 6 × 6 × 6, and 24 greys. */
function ofTable(index: number): number {
  if (index < 16) return index;
  if (index >= 232) return nearest([0, 0, 0].map(() => 8 + 10 * (index - 232)));
  const levels = [36, 6, 1].map((weight) => Math.floor((index - 16) / weight) % 6);
  return nearest(levels.map((level) => (level === 0 ? 0 : 55 + 40 * level)));
}

/** The 16 colours as xterm has them. */
const PALETTE: readonly (readonly number[])[] = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
];

function nearest(colour: readonly number[]): number {
  const distances = PALETTE.map((each) =>
    each.reduce((sum, part, at) => sum + (part - (colour[at] ?? 0)) ** 2, 0),
  );
  return distances.indexOf(Math.min(...distances));
}

/** On a coloured ground the text has the colour of all text, so that every pair of colours can be read. */
function lookOf({ ink, ground, inverse, styles }: Pen): string {
  const under = inverse ? (ink ?? 7) : ground;
  const colour = under === undefined ? (ink === undefined ? [] : [`ink-${ink}`]) : [`ground-${under}`];
  return [...colour, ...styles].join(' ');
}

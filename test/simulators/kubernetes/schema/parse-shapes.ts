import type { Field, LeafType, ListRule, ObjectSchema, Schema } from './schema.js';

const LEAVES = new Map<string, LeafType>([
  ['string', 'string'],
  ['int', 'int'],
  ['number', 'number'],
  ['bool', 'bool'],
  ['quantity', 'quantity'],
  ['intstr', 'intstr'],
  ['time', 'time'],
  ['any', 'any'],
]);

const WORD = /^(?<name>[\w$-]+)(?<list>\[\]|\[set\]|<>=?|\{[\w,]+\})?(?::(?<type>\w+))?(?<required>!)?$/;

/**
 * Reads shapes written as lines `Name: field field:Type list[] set[set] items{key}:Type map<>`.
 * A field without a type is a string; `!` marks it required; `Name=:` and `<>=` are atomic; `Name~:` allows further fields.
 * Shapes may name each other in any order. Throws on a name that is nowhere defined.
 */
export function parseShapes(text: string): Map<string, ObjectSchema> {
  const shapes = new Map<string, ObjectSchema>();
  const bodies: { shape: ObjectSchema; words: string[] }[] = [];
  for (const line of logicalLines(text)) {
    const colon = line.indexOf(':');
    const head = line.slice(0, colon);
    const name = head.replace(/[=~]/g, '');
    const shape: ObjectSchema = {
      is: 'object',
      name,
      fields: {},
      atomic: head.includes('='),
      open: head.includes('~'),
    };
    shapes.set(name, shape);
    bodies.push({
      shape,
      words: line
        .slice(colon + 1)
        .trim()
        .split(/\s+/),
    });
  }
  for (const { shape, words } of bodies) {
    for (const word of words) addField(shapes, shape, word);
  }
  return shapes;
}

function logicalLines(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    if (/^\s/.test(line)) lines.push(`${lines.pop() ?? ''} ${line.trim()}`);
    else lines.push(line);
  }
  return lines;
}

function addField(shapes: Map<string, ObjectSchema>, shape: ObjectSchema, word: string): void {
  if (word === '') return;
  const groups = WORD.exec(word)?.groups;
  const name = groups?.['name'];
  if (groups === undefined || name === undefined) throw new Error(`cannot read "${word}" of ${shape.name}`);
  const of = typeNamed(shapes, groups['type'] ?? 'string');
  const field: Field = { schema: collect(of, groups['list']), required: groups['required'] !== undefined };
  shape.fields[name] = field;
}

function typeNamed(shapes: Map<string, ObjectSchema>, name: string): Schema {
  const leaf = LEAVES.get(name);
  if (leaf !== undefined) return { is: 'leaf', type: leaf };
  const shape = shapes.get(name);
  if (shape === undefined) throw new Error(`no shape is called ${name}`);
  return shape;
}

function collect(of: Schema, list: string | undefined): Schema {
  if (list === undefined) return of;
  if (list.startsWith('<>')) return { is: 'map', of, atomic: list.endsWith('=') };
  let rule: ListRule = { by: 'atomic' };
  if (list === '[set]') rule = { by: 'set' };
  if (list.startsWith('{')) rule = { by: 'key', keys: list.slice(1, -1).split(',') };
  return { is: 'list', of, rule };
}

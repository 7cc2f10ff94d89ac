/** One instruction of a Dockerfile. `words` are its arguments; `isExec` says that they were given as a JSON array. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
  readonly words: readonly string[];
  readonly isExec: boolean;
}

/** A stage with everything up to the next one; `name` is its number when it has none. */
export interface Stage {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/** A Dockerfile, read. Values of ARG are filled in. Comments and the continuation of lines are understood, heredocs not. */
export function readDockerfile(text: string): readonly Stage[] {
  const joined = text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replaceAll(/\\\n/g, ' ');
  const args = new Map<string, string>();
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  for (const line of joined.split('\n')) {
    const [, name, rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? [];
    if (name === undefined) continue;
    const filled = rest.replaceAll(/\$\{?(\w+)\}?/g, (all, key: string) => args.get(key) ?? all);
    const stage = stages.at(-1);
    if (name === 'FROM') {
      const [from = '', , as = String(stages.length)] = filled.split(/\s+/);
      stages.push({ name: as, from, instructions: [] });
    } else if (name === 'ARG' && !stage) {
      const [key = '', value = ''] = filled.split(/=(.*)/);
      args.set(key, value);
    } else {
      stage?.instructions.push(instruction(name, filled));
    }
  }
  return stages;
}

/** Sources of COPY: what is copied from the build context, and what from other stages. */
export function copiesOf(
  stage: Stage,
): readonly { readonly from: string | undefined; readonly sources: string[] }[] {
  return stage.instructions
    .filter(({ name }) => name === 'COPY')
    .map(({ words }) => {
      const flags = words.filter((word) => word.startsWith('--'));
      const paths = words.filter((word) => !word.startsWith('--'));
      return {
        from: flags.find((flag) => flag.startsWith('--from='))?.slice(7),
        sources: paths.slice(0, -1),
      };
    });
}

function instruction(name: string, text: string): Instruction {
  if (!text.startsWith('[')) return { name, text, words: text.split(/\s+/), isExec: false };
  return { name, text, words: JSON.parse(text) as string[], isExec: true };
}

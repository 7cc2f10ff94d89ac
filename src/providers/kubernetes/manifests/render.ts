import type { KubeObject } from '../object.js';
import { takeHooks, type Hook } from './hooks.js';
import { bindImages } from './images.js';
import { lint } from './lint.js';
import { moveNodePorts } from './node-ports.js';
import { fillParameters, fillText, type Parameters } from './parameters.js';
import type { Problem } from './problem.js';
import { readSet } from './read-set.js';
import { readYaml } from './read-yaml.js';

/** Everything that a set of objects is made from. */
export interface Template {
  readonly text: string;
  /** Put before places of problems. */
  readonly name: string;
  /** `values`: parameters go into values of the parsed document; `text`: into the text before it is parsed. */
  readonly fill: 'values' | 'text';
  readonly parameters: Parameters;
  readonly images: readonly string[];
  /** Added to every node port; `leave`: none is named, so that the server chooses. */
  readonly nodePortOffset?: number | 'leave';
  /** A namespace that is made beside the set, and is left out of it. */
  readonly madeNamespace?: string;
  /** Name of the group that it is rendered for. */
  readonly group?: string;
  /** Of every workload, instead of what it says itself. */
  readonly replicas?: number;
}

export interface Rendered {
  readonly set: readonly KubeObject[];
  readonly hooks: readonly Hook[];
  readonly problems: readonly Problem[];
  whereOf(object: KubeObject): string;
}

/** Makes the objects of a template, pure and the same every time. Where `problems` has errors, nothing may be deployed. */
export function render(template: Template): Rendered {
  const { text, name, fill, parameters, images, nodePortOffset = 0, madeNamespace } = template;
  const raw = fill === 'text' ? fillText(text, parameters, name) : { text, problems: [] };
  const read = readYaml(raw.text, name);
  const filled = read.documents.map((document) => {
    if (fill === 'text') return { ...document, problems: [] };
    const where = `${name}:${document.line} (document ${document.index})`;
    return { ...document, ...fillParameters(document.value, parameters, where) };
  });
  const all = readSet(filled, name);
  const objects = all.objects.filter(
    ({ kind, metadata }) => kind !== 'Namespace' || metadata.name !== madeNamespace,
  );
  const { set, hooks, problems } = takeHooks(objects);
  const nameless = set.filter(({ metadata }) => metadata.name === undefined);
  return {
    set,
    hooks,
    whereOf: all.whereOf,
    problems: [
      ...raw.problems,
      ...read.problems,
      ...filled.flatMap((document) => document.problems),
      ...all.problems,
      ...problems,
      ...objects.flatMap((object) => lint(object, all.whereOf(object))),
      ...nameless.map((object) => error(all.whereOf(object), 'generateName is for hooks only')),
      ...(objects.length === 0 && read.problems.length === 0 ? [error(name, 'holds no object')] : []),
      ...moveNodePorts(objects, nodePortOffset, all.whereOf),
      ...bindImages(objects, images),
    ],
  };
}

function error(where: string, said: string): Problem {
  return { level: 'error', where, said };
}

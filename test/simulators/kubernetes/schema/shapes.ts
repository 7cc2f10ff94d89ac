import { META_SHAPES } from './shapes-meta.js';
import { NETWORK_SHAPES } from './shapes-network.js';
import { POD_SHAPES } from './shapes-pod.js';
import { WORKLOAD_SHAPES } from './shapes-workloads.js';
import { parseShapes } from './parse-shapes.js';
import type { ObjectSchema } from './schema.js';

const SHAPES = parseShapes(META_SHAPES + POD_SHAPES + WORKLOAD_SHAPES + NETWORK_SHAPES);

/** The schema of a built-in kind or of a part of one. Throws when it is not described. */
export function shapeOf(name: string): ObjectSchema {
  const shape = SHAPES.get(name);
  if (shape === undefined) throw new Error(`no shape is called ${name}`);
  return shape;
}

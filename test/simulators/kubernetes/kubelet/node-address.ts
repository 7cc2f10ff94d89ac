/** The address of a node by its number. */
export function hostAddress(node: string): string {
  return `172.18.0.${Number(/\d+$/.exec(node)?.[0] ?? 0) + 1}`;
}

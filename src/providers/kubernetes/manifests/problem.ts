/** Something wrong with a set of manifests. Errors stop a deployment before it touches anything; warnings are shown. */
export interface Problem {
  readonly level: 'error' | 'warning';
  /** Where it is, for people: file, line and column, or object and field. */
  readonly where: string;
  readonly said: string;
  /** The problem lies with an image of the version, not with the manifests. */
  readonly about?: 'image';
}

/** One line for people. */
export function sentenceOf({ where, said }: Problem): string {
  return `${where}: ${said}`;
}

/** The problems that stop a deployment. */
export function errorsOf(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ level }) => level === 'error');
}

/** The packages of a lockfile by their path, as far as completing it needs them. */
export type Packages = Readonly<
  Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>>; readonly dev?: boolean }>
>;

export function missingFromLockfile(packages: Packages): Readonly<Record<string, object>>;

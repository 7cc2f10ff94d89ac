const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const processors = [
  'arm64',
  'arm',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'x64',
  'wasm32',
];

const libraries = [
  ['musl', 'musl'],
  ['gnu', 'glibc'],
];

/** Entries for the optional packages that locked packages name and the lockfile lacks, by their path. */
export function missingFromLockfile(packages) {
  const missing = {};
  for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (isLocked(packages, path, name)) continue;
      missing[`node_modules/${name}`] = {
        version,
        ...platformOf(name),
        ...(dev && { dev }),
        optional: true,
      };
    }
  }
  return missing;
}

// As Node resolves: beside the package, else in each folder above it.
function isLocked(packages, path, name) {
  for (let at = path; ; at = above(at)) {
    if (packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`]) return true;
    if (at === '') return false;
  }
}

function above(path) {
  const index = path.lastIndexOf('node_modules/');
  return index <= 0 ? '' : path.slice(0, index - 1);
}

// Packages of one platform are named after it, so npm need not ask for those of others.
function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.some((word) => word.startsWith(processor))).slice(0, 1);
  const libc = os.includes('linux')
    ? libraries.filter(([start]) => words.some((word) => word.startsWith(start)))
    : [];
  return {
    ...(cpu.length > 0 && { cpu }),
    ...(os.length > 0 && { os }),
    ...(libc.length > 0 && { libc: libc.map(([, library]) => library) }),
  };
}

import type { Import, ImportGraph, Module } from './import-graph.js';

/** One part of the source and all of the other parts that it may import. */
interface Layer {
  readonly name: string;
  readonly files: RegExp;
  /** Names of layers. A layer may always import itself, a provider only itself and not another one. */
  readonly may: readonly string[];
}

/** A package and the only files that may import it; `types` may import its types alone. */
interface Door {
  readonly package: RegExp;
  readonly files: RegExp;
  readonly types?: RegExp;
}

/** The first layer whose pattern fits is the one of a file. */
export const layers: readonly Layer[] = [
  { name: 'domain', files: /^src\/shared\/domain\//, may: [] },
  { name: 'contract', files: /^src\/shared\/contract\//, may: ['domain'] },
  { name: 'schema', files: /^src\/shared\/schema\//, may: [] },
  {
    name: 'documents',
    files: /^src\/shared\/(canonical-json|config\/(yaml|configuration)-document)\.ts$/,
    may: ['schema'],
  },
  { name: 'event stream', files: /^src\/shared\/event-stream\.ts$/, may: [] },
  { name: 'shared', files: /^src\/shared\//, may: ['domain', 'contract', 'schema', 'documents'] },
  {
    name: 'provider target',
    files: /^src\/providers\/[^/]+\/target\.ts$/,
    may: ['domain', 'contract', 'schema'],
  },
  {
    name: 'provider catalog',
    files: /^src\/providers\/catalog\.ts$/,
    may: ['provider target', 'contract', 'schema'],
  },
  {
    name: 'provider contract',
    files:
      /^src\/providers\/(contract|define-provider|live-operations|surroundings|connection-check|network-fault)\.ts$/,
    may: ['domain', 'contract', 'schema'],
  },
  {
    name: 'provider registry',
    files: /^src\/providers\/registry\.ts$/,
    may: ['provider contract', 'provider'],
  },
  {
    name: 'provider',
    files: /^src\/providers\/[^/]+\//,
    may: ['provider contract', 'provider target', 'domain', 'contract', 'schema'],
  },
  {
    name: 'api',
    files: /^src\/api\//,
    may: ['shared', 'domain', 'contract', 'schema', 'documents', 'event stream', 'provider catalog'],
  },
  {
    name: 'secrets',
    files: /^src\/workers\/secrets\/(?!hidden\.ts)/,
    may: ['shared', 'domain', 'contract', 'schema', 'provider contract'],
  },
  {
    name: 'workers',
    files: /^src\/workers\//,
    may: ['shared', 'domain', 'contract', 'schema', 'provider contract', 'provider registry', 'secrets'],
  },
  {
    name: 'gateway',
    files: /^src\/gateway\//,
    may: ['shared', 'domain', 'contract', 'schema', 'provider contract', 'provider registry', 'secrets'],
  },
  { name: 'cli', files: /^src\/cli\//, may: ['contract', 'domain', 'documents', 'event stream'] },
  { name: 'role dispatch', files: /^src\/main\.ts$/, may: ['api', 'workers', 'gateway', 'shared'] },
];

/** One package, one door. Packages without a line here may be imported nowhere in src. */
export const doors: readonly Door[] = [
  { package: /^eventsource-parser$/, files: /^src\/shared\/event-stream\.ts$/ },
  { package: /^jsonpath-rfc9535$/, files: /^src\/api\/hooks\// },
  { package: /^ical\.js$/, files: /^src\/api\/calendar\// },
  { package: /^nodemailer$/, files: /^src\/workers\/notices\// },
  { package: /^express$/, files: /^src\/api\// },
  { package: /^helmet$/, files: /^src\/api\// },
  { package: /^swagger-ui-dist$/, files: /^src\/api\// },
  {
    package: /^ws$/,
    files: /^src\/(api\/live\/|gateway\/|providers\/kubernetes\/live\/|cli\/remote-shell\.ts)/,
  },
  { package: /^re2js$/, files: /^src\/shared\/schema\/pattern\.ts$/ },
  { package: /^bullmq$/, files: /^src\/(shared\/queue\/[^/]+|workers\/(deploy|live|plan)-worker)\.ts$/ },
  { package: /^ioredis$/, files: /^src\/shared\/redis\.ts$/, types: /^src\/(shared|workers|api)\// },
  { package: /^jose$/, files: /^src\/api\/auth\// },
  { package: /^@node-rs\/argon2$/, files: /^src\/api\/auth\/passwords\.ts$/ },
  { package: /^ulid$/, files: /^src\/shared\/new-id\.ts$/ },
  { package: /^(ajv|ajv-formats)$/, files: /^src\/shared\/schema\// },
  {
    package: /^typebox$/,
    files: /^src\/(shared\/(contract|schema|config)\/|providers\/[^/]+\/(target|baseline)\.ts|api\/routes\/)/,
    types: /^src\/(api|shared)\//,
  },
  {
    package: /^yaml$/,
    files:
      /^src\/(cli\/|shared\/config\/|api\/configuration|providers\/kubernetes\/(manifests|connect)\/|providers\/elastic-beanstalk\/bundle\/)/,
  },
  { package: /^(commander|diff)$/, files: /^src\/cli\// },
  { package: /^winston$/, files: /^src\/shared\/log\/logger\.ts$/ },
  { package: /^@bull-board\//, files: /^src\/api\/queue-board\.ts$/ },
  { package: /^prom-client$/, files: /^src\/shared\/metrics/ },
  { package: /^@opentelemetry\/(api|sdk-trace-base)$/, files: /^src\/shared\/tracing\// },
  { package: /^mustache$/, files: /^src\/(providers\/kubernetes\/manifests\/|(shared|api)\/.*group)/ },
  {
    package: /^@aws-sdk\/client-elastic-beanstalk$/,
    files: /^src\/providers\/elastic-beanstalk\/gateway\//,
  },
  {
    package: /^@aws-sdk\/(client-s3|lib-storage)$/,
    files: /^src\/(providers\/elastic-beanstalk\/storage|shared\/blobs\/s3)\.ts$/,
  },
  {
    package: /^@aws-sdk\/credential-providers$/,
    files: /^src\/providers\/elastic-beanstalk\/credentials\.ts$/,
  },
  { package: /^(yauzl|yazl)$/, files: /^src\/providers\/elastic-beanstalk\/bundle\// },
  { package: /^google-auth-library$/, files: /^src\/providers\/kubernetes\/connect\// },
  {
    package: /^undici$/,
    files: /^src\/(providers\/kubernetes\/|workers\/secrets\/credential-http\.ts)/,
  },
  { package: /^@kubernetes\/client-node$/, files: /^src\/providers\/kubernetes\/(gateway\.ts|connect\/)/ },
];

/** Built-ins that pure code may not reach: whatever reads a clock, a disk, the network or the process. */
const pure = /^src\/shared\/(domain|contract)\//;

const forbiddenNames = /(^|-)(utils?|helpers?|common|manager|base|impl|data|info)(-|$)/;

/** Everything in the graph that the tables forbid, one sentence each; empty when the architecture holds. */
export function violationsOf(graph: ImportGraph): readonly string[] {
  const found: string[] = [];
  for (const module of graph.values()) {
    found.push(...nameViolations(module));
    for (const one of module.imports) found.push(...importViolations(module, one));
  }
  return found;
}

/** Lines that count towards the limit of 300: neither blank nor comment. */
export function codeLinesOf(withoutComments: string): number {
  return withoutComments.split('\n').filter((line) => line.trim() !== '').length;
}

function nameViolations({ path }: Module): string[] {
  const found: string[] = [];
  for (const part of path.replace(/\.tsx?$/, '').split('/')) {
    if (forbiddenNames.test(part)) found.push(`${path}: ${part} does not say what is in it`);
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part)) found.push(`${path}: ${part} is not kebab-case`);
  }
  if (layerOf(path) === undefined) found.push(`${path} belongs to no layer`);
  return found;
}

function importViolations({ path }: Module, one: Import): string[] {
  return one.to === undefined ? packageViolations(path, one) : layerViolations(path, one.to);
}

function layerViolations(path: string, to: string): string[] {
  const [from, target] = [layerOf(path), layerOf(to)];
  if (from === undefined || target === undefined) return [];
  if (providerOf(path) !== undefined && providerOf(to) !== undefined && providerOf(path) !== providerOf(to)) {
    return [`${path} imports ${to}: a provider does not know another`];
  }
  if (from === target || from.may.includes(target.name)) return [];
  return [`${path} (${from.name}) imports ${to} (${target.name})`];
}

function packageViolations(path: string, { package: name = '', isType }: Import): string[] {
  if (name.startsWith('node:')) return pure.test(path) ? [`${path} imports ${name}: it must stay pure`] : [];
  const door = doors.find((one) => one.package.test(name));
  if (door?.files.test(path) || (isType && door?.types?.test(path))) return [];
  return [`${path} imports ${name}, ${door ? 'which has another door' : 'which has no door'}`];
}

function layerOf(path: string): Layer | undefined {
  return layers.find(({ files }) => files.test(path));
}

function providerOf(path: string): string | undefined {
  return /^src\/providers\/([^/]+)\//.exec(path)?.[1];
}

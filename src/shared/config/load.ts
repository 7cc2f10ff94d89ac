import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { schemaOf, type Schema } from '../schema/schema.js';
import { ConfigProblem, type Config } from './schema.js';
import { SETTINGS, type Setting, type SettingName } from './settings.js';
import { readYaml } from './yaml-document.js';

const DAY_MS = 86_400_000;

type Environment = Readonly<Record<string, string | undefined>>;

const NAMES = Object.keys(SETTINGS) as readonly SettingName[];
const schemas = new Map<SettingName, Schema<unknown>>(
  NAMES.map((name) => [name, schemaOf(SETTINGS[name].schema) as Schema<unknown>]),
);

/**
 * The configuration of this process: environment over the YAML file that `BEANPOD_CONFIG` names over defaults.
 * `X_FILE` names a file that holds the value of `X`. Throws one `ConfigProblem` with every problem.
 */
export function loadConfig(env: Environment): Config {
  const problems: string[] = [];
  const file = readFile(env['BEANPOD_CONFIG'], problems);
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const name of NAMES) {
    const setting: Setting = SETTINGS[name];
    const said = fromEnvironment(env, setting, problems) ?? fromFile(file, name);
    const value = said?.value ?? setting.standard;
    if (value === undefined) continue;
    const found = schemas.get(name)?.problems(value) ?? [];
    for (const { pointer, detail } of found)
      problems.push(sentence(said?.source ?? setting.env, pointer, detail, setting, value));
    values[name] = value;
  }
  if (problems.length > 0) throw new ConfigProblem(problems);
  return assemble(values as Record<SettingName, never>, env);
}

interface Said {
  readonly value: unknown;
  readonly source: string;
}

interface ConfigFile {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly lineOf: (pointer: string) => number;
}

function fromEnvironment(env: Environment, setting: Setting, problems: string[]): Said | undefined {
  const { env: name } = setting;
  const direct = env[name];
  const path = env[`${name}_FILE`];
  if (direct && path) problems.push(`${name} and ${name}_FILE are both set; remove one of them`);
  if (direct) return { value: parsed(direct, setting), source: name };
  if (!path) return undefined;
  try {
    return { value: parsed(readFileSync(path, 'utf8').trim(), setting), source: `${name}_FILE` };
  } catch (error) {
    problems.push(`${name}_FILE names a file that cannot be read: ${reasonOf(error)}`);
    return undefined;
  }
}

function fromFile(file: ConfigFile | undefined, name: SettingName): Said | undefined {
  const value = file?.values[name];
  return value === undefined || !file
    ? undefined
    : { value, source: `${file.path}:${file.lineOf(`/${name}`)} ${name}` };
}

function readFile(path: string | undefined, problems: string[]): ConfigFile | undefined {
  if (!path) return undefined;
  try {
    const [document, ...more] = readYaml(readFileSync(path, 'utf8'));
    const complaints =
      more.length > 0 ? [{ line: 1, detail: 'holds more than one document' }] : (document?.problems ?? []);
    problems.push(...complaints.map(({ line, detail }) => `${path}:${line} ${detail}`));
    if (!document || complaints.length > 0) return undefined;
    const { value, lineOf } = document;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      problems.push(`${path}:1 must hold settings by their names, like "port: 8080"`);
      return undefined;
    }
    for (const key of Object.keys(value))
      if (!Object.hasOwn(SETTINGS, key))
        problems.push(`${path}:${lineOf(`/${key}`)} ${key} is not a known setting`);
    return { path, values: value as Record<string, unknown>, lineOf };
  } catch (error) {
    problems.push(`BEANPOD_CONFIG names a file that cannot be read: ${reasonOf(error)}`);
    return undefined;
  }
}

/** Environment variables are text; what cannot be read as the wanted type stays text, for the schema to refuse. */
function parsed(text: string, { schema }: Setting): unknown {
  const { type } = schema as { type?: string };
  if (type === 'integer' || type === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (type === 'array') return text.startsWith('[') ? parsedList(text) : words(text);
  return text;
}

/** A list of something larger than words is JSON. */
function parsedList(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses the text; the message of the parser would show a part of it.
    return text;
  }
}

function words(text: string): readonly string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function sentence(source: string, pointer: string, detail: string, setting: Setting, value: unknown): string {
  const seen = setting.secret ? '' : `; it is ${JSON.stringify(value)}`;
  // Kubernetes offers every Service of a namespace as variables like BEANPOD_PORT=tcp://10.0.0.1:8080.
  const links = String(value).startsWith('tcp://') ? '; set enableServiceLinks: false on the pod' : '';
  return `${source}${pointer} ${detail}${seen}${links}`;
}

function assemble(values: Readonly<Record<SettingName, never>>, env: Environment): Config {
  const { queuePerTarget, queueLive, blobs, keepJournalsDays, keepRecordsDays, keepAuditEntries, ...others } =
    values;
  const { limitGlobal, limitEnvironment, limitAccount, secretsFolder, ...further } = others;
  const { vault, rest } = vaultOf(further);
  const variables = Object.fromEntries(
    Object.entries(env).filter(([name]) => name.startsWith('BEANPOD_SECRET_')),
  );
  const limits = { global: limitGlobal, environment: limitEnvironment, account: limitAccount };
  return Object.freeze({
    ...rest,
    workerName: values.workerName ?? `${hostname()}-${process.pid}`,
    queue: { perTarget: queuePerTarget, live: queueLive },
    secrets: { variables, folder: secretsFolder },
    ...(vault && { vault }),
    limits: Object.fromEntries(Object.entries(limits).filter(([, most]) => most !== undefined)),
    retention: {
      journalMs: keepJournalsDays * DAY_MS,
      recordMs: keepRecordsDays * DAY_MS,
      auditEntries: keepAuditEntries,
    },
    blobs: { place: blobs, s3PathStyle: values.s3PathStyle },
  });
}

/** The settings of Vault, apart from all others; none without its address. */
function vaultOf<V extends Readonly<Record<Extract<SettingName, `vault${string}`>, never>>>(values: V) {
  const {
    vaultAddress: address,
    vaultNamespace: namespace,
    vaultAuthorityFile: authorityFile,
    vaultAuth: auth,
    vaultAuthMount: authMount,
    vaultRole: role,
    vaultJwtPath: jwtPath,
    vaultRoleId: roleId,
    vaultSecretId: secretId,
    vaultToken: token,
    vaultTokenPath: tokenPath,
    vaultPaths: paths,
    ...rest
  } = values;
  const named = { namespace, authorityFile, authMount, role, roleId, secretId, token, tokenPath };
  const given = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
  return { vault: address === undefined ? undefined : { ...given, address, auth, jwtPath, paths }, rest };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

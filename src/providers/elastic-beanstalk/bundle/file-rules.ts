import { parseDocument } from 'yaml';
import { isMovable } from '../../../shared/domain/image-reference.js';
import type { PlatformFamily } from './dockerrun.js';

/** What was found in one file: what keeps Elastic Beanstalk from deploying it, and what people should know. */
export interface Findings {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

type Rule = (text: string, name: string, family: PlatformFamily) => Findings;

const fine: Findings = { problems: [], warnings: [] };

/** The rule for a file of a bundle by its name from the top; `undefined` when there is nothing to check. */
export function ruleFor(name: string): Rule | undefined {
  if (/^\.ebextensions\/[^/]+\.config$/.test(name)) return settings;
  switch (name) {
    case 'Dockerrun.aws.json':
      return containers;
    case 'docker-compose.yml':
    case 'docker-compose.yaml':
      return compose;
    case 'Procfile':
      return procfile;
    default:
      return undefined;
  }
}

/** YAML or JSON, a mapping at the top (developer guide, "Advanced environment customization with .ebextensions"). */
function settings(text: string, name: string): Findings {
  const read = mapping(text, name);
  return 'problem' in read ? problem(read.problem) : fine;
}

function containers(text: string, name: string, family: PlatformFamily): Findings {
  const read = mapping(text, name);
  if ('problem' in read) return problem(read.problem);
  const given = read.value['AWSEBDockerrunVersion'];
  const version = typeof given === 'number' ? String(given) : typeof given === 'string' ? given : 'missing';
  const known = family === 'ecs' ? ['2'] : family === 'docker' ? ['1', '3'] : ['1', '2', '3'];
  if (!known.includes(version)) {
    const wants = `the platform wants ${known.join(' or ')}`;
    return problem(`${name}: AWSEBDockerrunVersion is ${version}, ${wants}.`);
  }
  if (version === '2') return definitions(read.value['containerDefinitions'], name);
  const image = record(read.value['Image'])['Name'];
  return version === '1' && typeof image === 'string' ? images([image], name) : fine;
}

function definitions(value: unknown, name: string): Findings {
  const found = Array.isArray(value) ? value.map(record) : [];
  if (found.length === 0) return problem(`${name} has no containerDefinitions.`);
  const nameless = found.findIndex((one) => typeof one['image'] !== 'string');
  if (nameless >= 0) return problem(`${name}: containerDefinitions/${nameless} has no image.`);
  return images(
    found.map((one) => String(one['image'])),
    name,
  );
}

function compose(text: string, name: string): Findings {
  const read = mapping(text, name);
  if ('problem' in read) return problem(read.problem);
  const services = Object.entries(record(read.value['services']));
  if (services.length === 0) return problem(`${name} has no services.`);
  const empty = services.find(([, one]) => {
    const { image, build, extends: from } = record(one);
    return image === undefined && build === undefined && from === undefined;
  });
  if (empty !== undefined) return problem(`${name}: service ${empty[0]} has neither image nor build.`);
  const named = services.map(([, one]) => record(one)['image']).filter((one) => typeof one === 'string');
  return images(named, name);
}

/** One process a line, `name: command` (developer guide, "Configuring the application process with a Procfile"). */
function procfile(text: string, name: string): Findings {
  const lines = text.split(/\r?\n/);
  const wrong = lines.findIndex((line) => line.trim() !== '' && !/^\s*(#|[A-Za-z0-9_-]+:\s*\S)/.test(line));
  if (wrong >= 0) return problem(`${name}:${wrong + 1} is not of the form "name: command".`);
  return lines.some((line) => /^\s*[A-Za-z0-9_-]+:/.test(line)) ? fine : problem(`${name} names no process.`);
}

function images(found: readonly string[], name: string): Findings {
  const warnings = found
    .filter((image) => !image.includes('$') && isMovable(image))
    .map(
      (image) => `${name} names ${image}, which may be another image at a rollback; name it by its digest.`,
    );
  return { problems: [], warnings };
}

function problem(text: string): Findings {
  return { problems: [text], warnings: [] };
}

/** JSON is YAML. */
function mapping(
  text: string,
  name: string,
): { readonly value: Readonly<Record<string, unknown>> } | { readonly problem: string } {
  const document = parseDocument(text, { logLevel: 'silent', uniqueKeys: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = error.linePos?.[0].line ?? 1;
    return { problem: `${name}:${line} cannot be read: ${error.message.split('\n')[0] ?? ''}` };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (failed) {
    return {
      problem: `${name} cannot be read: ${failed instanceof Error ? failed.message : String(failed)}`,
    };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problem: `${name} is no mapping at its top.` };
  }
  return { value: value as Readonly<Record<string, unknown>> };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

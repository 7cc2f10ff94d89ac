import type { FaultKind } from '../s3/faults.js';
import type { Application, Environment } from './model.js';
import type { Params, Result } from './query-xml.js';
import { invalidCombination, invalidValue, ServiceError } from './service-error.js';
import type { Site } from './site.js';

/** One call of an operation, with its parameters. */
export interface Call {
  readonly params: Params;
  readonly requestId: string;
  readonly accessKeyId: string;
  /** Takes the answer of this call away once it was accepted. */
  readonly disturb: (kind: FaultKind) => void;
}

/** One operation of the API. A handler throws a ServiceError to refuse. */
export interface ApiOperation {
  readonly mutates: boolean;
  /** What a caller gets from whom IAM hides the resource; undefined when the call is refused or served as usual. */
  readonly hidden?: Result;
  handle(site: Site, call: Call): Result | Promise<Result>;
}

/** The environment a call names by id or name; a terminated one is found by its id alone. */
export function environmentOf(site: Site, params: Params): Environment {
  const { EnvironmentId: id, EnvironmentName: name } = params;
  if (id === undefined && name === undefined) {
    throw new ServiceError('MissingParameter', 'You must specify EnvironmentId or EnvironmentName.');
  }
  const found = site.environments.find((environment) => {
    return id === undefined
      ? environment.name === name && environment.status !== 'Terminated'
      : environment.id === id && (name === undefined || environment.name === name);
  });
  if (found !== undefined) return found;
  if (id === undefined) throw invalidValue(`No Environment found for EnvironmentName = '${name}'.`);
  throw invalidValue(`No Environment found for EnvironmentId = '${id}'.`);
}

/** The application a call names. */
export function applicationOf(site: Site, params: Params): Application {
  const name = required(params, 'ApplicationName');
  const application = site.applications.get(name);
  if (application === undefined) throw invalidValue(`No Application named '${name}' found.`);
  return application;
}

/** A parameter that may not be missing or empty. */
export function required(params: Params, name: string): string {
  const value = params[name];
  if (value === undefined)
    throw new ServiceError('MissingParameter', `The request must contain the parameter ${name}.`);
  if (value === '')
    throw invalidValue(
      `Value () at parameter ${name} failed to satisfy constraint: Member must have length greater than or equal to 1.`,
    );
  return value;
}

/** Refuses a text that is longer or shorter than the API model allows. */
export function checkLength(params: Params, name: string, limits: { min?: number; max: number }): void {
  const value = params[name];
  if (value === undefined) return;
  const { min = 1, max } = limits;
  if (value.length >= min && value.length <= max) return;
  const bound = value.length > max ? `less than or equal to ${max}` : `greater than or equal to ${min}`;
  throw invalidValue(
    `Value '${value}' at '${name}' failed to satisfy constraint: Member must have length ${bound}`,
  );
}

/** Refuses more than one of the parameters. */
export function checkAtMostOne(params: Params, names: readonly string[]): void {
  const given = names.filter((name) => params[name] !== undefined);
  if (given.length > 1) throw invalidCombination(`You cannot specify ${given.join(' and ')} together.`);
}

/** One page of `items`: MaxRecords (1 to 1000) from NextToken, which is an offset here. */
export function pageOf<Item>(
  items: readonly Item[],
  params: Params,
): { readonly items: readonly Item[]; readonly nextToken: string | undefined } {
  const from = Number(params['NextToken'] ?? 0);
  if (!Number.isInteger(from)) throw invalidValue('Invalid NextToken.');
  const limit = maxRecords(params);
  const next = from + limit;
  return { items: items.slice(from, next), nextToken: next < items.length ? String(next) : undefined };
}

/** MaxRecords, 1000 when not given. */
export function maxRecords(params: Params): number {
  const limit = Number(params['MaxRecords'] ?? 1_000);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1_000) return limit;
  throw invalidValue(
    `Value '${params['MaxRecords']}' at 'maxRecords' failed to satisfy constraint: Member must have value between 1 and 1000`,
  );
}

/** A time parameter in virtual milliseconds; undefined when it is not given. */
export function timeParam(params: Params, name: string): number | undefined {
  const text = params[name];
  if (text === undefined) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw invalidValue(`Value '${text}' at '${name}' is not a timestamp.`);
  return at;
}

/** A time of the answer, or undefined to leave it out. */
export function dateOf(at: number): Date {
  return new Date(at);
}

/** The ARN of a resource of Elastic Beanstalk. */
export function arnOf(site: Site, resource: string): string {
  return `arn:aws:elasticbeanstalk:${site.region}:${site.account}:${resource}`;
}

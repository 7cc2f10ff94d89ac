import type { ApiOperation } from '../operation.js';
import { required } from '../operation.js';
import { listParam, structsParam } from '../query-xml.js';
import type { Params } from '../query-xml.js';
import { ServiceError } from '../service-error.js';
import type { Site } from '../site.js';

/** Operations on the tags of any resource. */
export const tagOperations: Readonly<Record<string, ApiOperation>> = {
  ListTagsForResource: {
    mutates: false,
    handle(site, { params }) {
      const arn = resourceOf(site, params);
      const tags = [...(site.tags.get(arn) ?? new Map<string, string>())];
      return { ResourceArn: arn, ResourceTags: tags.map(([Key, Value]) => ({ Key, Value })) };
    },
  },
  UpdateTagsForResource: {
    mutates: true,
    handle(site, { params }) {
      const arn = resourceOf(site, params);
      setTags(site, arn, params, 'TagsToAdd');
      for (const key of listParam(params, 'TagsToRemove')) site.tags.get(arn)?.delete(key);
      return undefined;
    },
  },
};

/** Adds the tags of a list parameter to a resource; 50 is the most a resource may have. */
export function setTags(site: Site, arn: string, params: Params, name: string): void {
  const tags = site.tags.get(arn) ?? new Map<string, string>();
  for (const { Key = '', Value = '' } of structsParam(params, name)) tags.set(Key, Value);
  if (tags.size > 50) {
    throw new ServiceError('TooManyTagsException', 'The number of tags in the resource would exceed 50.');
  }
  site.tags.set(arn, tags);
}

function resourceOf(site: Site, params: Params): string {
  const arn = required(params, 'ResourceArn');
  const [kind = '', application = '', name = ''] = (arn.split(':')[5] ?? '').split('/');
  if (isKnown(site, { kind, application, name })) return arn;
  throw new ServiceError('ResourceNotFoundException', `Resource not found for arn: ${arn}`);
}

function isKnown(site: Site, resource: { kind: string; application: string; name: string }): boolean {
  const application = site.applications.get(resource.application);
  if (resource.kind === 'application') return application !== undefined;
  if (resource.kind === 'applicationversion') return application?.versions.has(resource.name) ?? false;
  return site.environments.some(({ name, application: owner }) => {
    return name === resource.name && owner === resource.application;
  });
}

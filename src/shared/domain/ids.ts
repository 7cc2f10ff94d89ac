declare const brand: unique symbol;

/** A string proven by a guard to name a thing of kind `K`; never made by a cast at a call site. */
export type Id<K extends string> = string & { readonly [brand]: K };

export type DeploymentId = Id<'deployment'>;

const DEPLOYMENT_ID = /^[0-9a-hjkmnp-tv-z]{26}$/;

export function isDeploymentId(text: string): text is DeploymentId {
  return DEPLOYMENT_ID.test(text);
}

/** Service and environment names: DNS labels, so that they fit into URLs, Redis keys and Kubernetes labels alike. */
export const NAME_PATTERN = '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$';

/** Version names: what Elastic Beanstalk labels, image tags and Kubernetes label values have in common. */
export const VERSION_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$';

/** `service/environment`: the unit of ordering and locking, also the name of its mailbox in the store. */
export type TargetName = `${string}/${string}`;

export function targetName(service: string, environment: string): TargetName {
  return `${service}/${environment}`;
}

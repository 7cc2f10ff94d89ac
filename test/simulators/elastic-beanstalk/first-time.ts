import type { Site } from './site.js';

/** Whether `what` is asked for the first time in this simulator; accidents of a scenario happen once per version. */
export function isFirstTime(site: Site, what: string): boolean {
  if (site.happened.has(what)) return false;
  site.happened.add(what);
  return true;
}

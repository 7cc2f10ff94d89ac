const LONGEST = 200;
const MARK = /\[beanpod (\S+) (\S+)\]$/;

/** Description of an application version, at most 200 characters, that ends with who made it and from which content. */
export function versionDescription(
  message: string | undefined,
  deploymentId: string,
  fingerprint: string,
): string {
  const mark = `[beanpod ${deploymentId} ${fingerprint}]`;
  const text = (message ?? '').replaceAll(/\s+/g, ' ').trim();
  const room = LONGEST - mark.length - 1;
  const shown = text.length > room ? `${text.slice(0, Math.max(0, room - 1))}…` : text;
  return shown === '' ? mark : `${shown} ${mark}`;
}

/** The deployment that made the version, when Beanpod made it. */
export function recordedDeployment(description: string): string | undefined {
  return MARK.exec(description)?.[1];
}

/** The fingerprint that such a description ends with; absent in versions that Beanpod did not make. */
export function recordedFingerprint(description: string): string | undefined {
  return MARK.exec(description)?.[2];
}

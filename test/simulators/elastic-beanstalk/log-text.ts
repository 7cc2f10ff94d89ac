import type { Instance } from './model.js';

/** Lines of each file in a tail ("Viewing logs from Amazon EC2 instances": the last 100). */
const tailLines = 100;

/** The tail of an instance's logs, as one text. */
export function tailText(instance: Instance): string {
  return [
    section('/var/log/eb-engine.log', instance.engineLog.slice(-tailLines)),
    section('/var/log/web.stdout.log', instance.outLog.slice(-tailLines)),
  ].join('\n');
}

/** The files of a bundle of logs. */
export function bundleFiles(instance: Instance): readonly { readonly path: string; readonly text: string }[] {
  return [
    { path: 'var/log/eb-engine.log', text: `${instance.engineLog.join('\n')}\n` },
    { path: 'var/log/web.stdout.log', text: `${instance.outLog.join('\n')}\n` },
  ];
}

/** The concise log of a deployment: the last lines of the instance whose step failed, or of any. */
export function deploymentText(instance: Instance | undefined): string {
  return `${(instance?.engineLog ?? []).slice(-50).join('\n')}\n`;
}

function section(path: string, lines: readonly string[]): string {
  const rule = '----------------------------------------';
  return `${rule}\n${path}\n${rule}\n${lines.join('\n')}\n`;
}

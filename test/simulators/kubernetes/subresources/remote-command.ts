import type { Kubelet } from '../kubelet/kubelet.js';
import type { Pod } from '../workloads.js';
import type { RemoteStreams } from './channels.js';
import { isInteractive, PROMPT, runCommand, runLine, type ShellPlace } from './toy-shell.js';

/** What an exec or attach asks for. */
export interface RemoteCall {
  pod: Pod;
  container: string;
  query: URLSearchParams;
  kubelet: Kubelet;
}

/** Serves one upgraded subresource; it must finish the streams or wait for the client to close. */
export type RemoteHandler = (call: RemoteCall, streams: RemoteStreams) => void;

/** The subresources that are served over WebSockets. */
export const REMOTE_HANDLERS: Record<string, RemoteHandler> = { exec, attach };

function exec({ pod, container, query }: RemoteCall, streams: RemoteStreams): void {
  const command = query.getAll('command');
  const place = placeOf(pod, container);
  if (isInteractive(command)) return interact(place, streams, query.get('tty') === 'true' ? 'tty' : 'plain');
  if (command[0] === 'cat' && command.length === 1) {
    streams.onInput((text) => streams.out(text));
    streams.onInputEnd(() => streams.finish(0));
    return;
  }
  const { out, err, exitCode } = runCommand(command, place);
  if (out !== '') streams.out(out);
  if (err !== '') streams.err(err);
  streams.finish(exitCode);
}

function interact(place: ShellPlace, streams: RemoteStreams, mode: 'tty' | 'plain'): void {
  const prompt = mode === 'tty' ? PROMPT : '';
  let line = '';
  let last = 0;
  streams.out(prompt);
  streams.onResize(({ Width, Height }) => {
    place.env['COLUMNS'] = String(Width);
    place.env['LINES'] = String(Height);
  });
  streams.onInputEnd(() => streams.finish(last));
  streams.onInput((text) => {
    // A terminal echoes what is typed and ends lines with a carriage return.
    if (mode === 'tty') streams.out(text.replaceAll('\r', '\r\n'));
    line += text.replaceAll('\r', '\n');
    for (let end = line.indexOf('\n'); end >= 0; end = line.indexOf('\n')) {
      const said = runLine(line.slice(0, end), place);
      line = line.slice(end + 1);
      last = said.exitCode;
      const shown = said.out + said.err;
      if (shown !== '') streams.out(mode === 'tty' ? shown.replaceAll('\n', '\r\n') : shown);
      if (said.ends === true) return streams.finish(last);
      if (prompt !== '') streams.out(prompt);
    }
  });
}

function attach({ pod, container, kubelet }: RemoteCall, streams: RemoteStreams): void {
  const log = kubelet.logs.current(pod.metadata.uid, container);
  if (log === undefined) return streams.finish(1);
  const stop = log.follow((line) => {
    if (line === undefined) streams.finish(0);
    else streams.out(`${line.text}\n`);
  });
  streams.onClose(stop);
}

function placeOf(pod: Pod, container: string): ShellPlace {
  const spec = pod.spec.containers.find((candidate) => candidate.name === container);
  const env: Record<string, string> = { PATH: '/bin', HOME: '/root', HOSTNAME: pod.metadata.name };
  for (const { name, value } of spec?.env ?? []) env[name] = value ?? '';
  return { hostname: pod.metadata.name, env };
}

/** One line that a container wrote. */
export interface LogLine {
  at: Date;
  text: string;
}

/** What one run of a container wrote. */
export interface ContainerLog {
  lines: readonly LogLine[];
  /** Whether the run is over: nothing more will come. */
  ended: boolean;
  /** Calls back on every new line and once when the run ends; returns how to stop listening. */
  follow(heard: (line: LogLine | undefined) => void): () => void;
}

/** A log that can be written to. */
export interface WritableLog extends ContainerLog {
  write(text: string): void;
  end(): void;
}

/** The logs of the current and the previous run of every container. */
export interface LogBook {
  /** Starts the log of a new run; the log before it becomes the previous one. */
  open(podUid: string, container: string): WritableLog;
  current(podUid: string, container: string): WritableLog | undefined;
  previous(podUid: string, container: string): ContainerLog | undefined;
  /** Ends and forgets the logs of a pod that is gone. */
  forget(podUid: string): void;
}

/** An empty log book. */
export function createLogBook(): LogBook {
  const pods = new Map<string, Map<string, { current: WritableLog; previous: ContainerLog | undefined }>>();
  return {
    open(uid, container) {
      const logs =
        pods.get(uid) ?? new Map<string, { current: WritableLog; previous: ContainerLog | undefined }>();
      pods.set(uid, logs);
      const log = createLog();
      logs.set(container, { current: log, previous: logs.get(container)?.current });
      return log;
    },
    current: (uid, container) => pods.get(uid)?.get(container)?.current,
    previous: (uid, container) => pods.get(uid)?.get(container)?.previous,
    forget(uid) {
      for (const { current } of pods.get(uid)?.values() ?? []) current.end();
      pods.delete(uid);
    },
  };
}

function createLog(): WritableLog {
  const lines: LogLine[] = [];
  const followers = new Set<(line: LogLine | undefined) => void>();
  const log = {
    lines,
    ended: false,
    follow(heard: (line: LogLine | undefined) => void) {
      followers.add(heard);
      return () => followers.delete(heard);
    },
    write(text: string) {
      const line = { at: new Date(), text };
      lines.push(line);
      for (const heard of followers) heard(line);
    },
    end() {
      if (log.ended) return;
      log.ended = true;
      for (const heard of followers) heard(undefined);
    },
  };
  return log;
}

import { fieldsOf, propertyOf, type JolokiaAnswer, type JolokiaRequest } from './jolokia.js';

const LOGBACK = 'ch.qos.logback.classic:Name=default,Type=ch.qos.logback.classic.jmx.JMXConfigurator';
const STRING = 'java.lang.String';
/** Requests that the API takes at once. */
const MOST_AT_ONCE = 100;

export const LEVELS = ['OFF', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'] as const;
export type Level = (typeof LEVELS)[number];

/** One logger of a Java process. */
export interface Logger {
  readonly library: 'Log4j 2' | 'Logback';
  /** Empty for the root of Log4j 2. */
  readonly name: string;
  readonly bean: string;
  /** Absent when it was not read: Logback tells levels by an operation alone, which takes the right to write. */
  readonly level?: string;
}

/**
 * What to ask for the loggers, in the order in which `loggersOf` takes the answers. Beans as in
 * https://logging.apache.org/log4j/2.x/manual/jmx.html and https://logback.qos.ch/manual/jmxConfig.html
 */
export const LOGGER_REQUESTS: readonly JolokiaRequest[] = [
  {
    type: 'read',
    mbean: 'org.apache.logging.log4j2:type=*,component=Loggers,name=*',
    attribute: ['Name', 'Level'],
  },
  { type: 'read', mbean: LOGBACK, attribute: 'LoggerList' },
];

/** The loggers in the answers to `LOGGER_REQUESTS`. */
export function loggersOf([log4j, logback]: readonly JolokiaAnswer[]): readonly Logger[] {
  const names = Array.isArray(logback?.value) ? (logback.value as unknown[]).map(String) : [];
  return [
    ...Object.entries(fieldsOf(log4j?.value)).map(([bean, its]): Logger => {
      const { Name: name, Level: level } = fieldsOf(its);
      return {
        library: 'Log4j 2',
        name: typeof name === 'string' ? name : (propertyOf(bean, 'name') ?? bean),
        bean,
        ...(typeof level === 'string' && { level }),
      };
    }),
    ...names.map((name): Logger => ({ library: 'Logback', name, bean: LOGBACK })),
  ];
}

/** Loggers whose level has to be asked for one by one, as many as can be asked for at once. */
export function silentOf(loggers: readonly Logger[]): readonly Logger[] {
  return loggers.filter(({ level }) => level === undefined).slice(0, MOST_AT_ONCE);
}

/** Asks for the level of a logger of Logback. */
export function levelRequest({ bean, name }: Logger): JolokiaRequest {
  return { type: 'exec', mbean: bean, operation: `getLoggerLevel(${STRING})`, arguments: [name] };
}

/** Sets the level of a logger. */
export function changeRequest({ library, bean, name }: Logger, level: Level): JolokiaRequest {
  if (library === 'Log4j 2') return { type: 'write', mbean: bean, attribute: 'Level', value: level };
  const operation = `setLoggerLevel(${STRING},${STRING})`;
  return { type: 'exec', mbean: bean, operation, arguments: [name, level] };
}

import winston from 'winston';
import { createRedactor, type Redactor } from './redact.js';

/** Structured service log. Messages of warn and error are static text; facts go into the fields. */
export type Logger = winston.Logger;

/** JSON lines on standard output; `level` as winston knows it, `silent` for none. Whatever looks like a secret is hidden. */
export function createLogger(level: string, redactor: Redactor = createRedactor()): Logger {
  return winston.createLogger({
    level: level === 'silent' ? 'error' : level,
    silent: level === 'silent',
    format: winston.format.combine(
      winston.format.timestamp(),
      winston.format.json({
        replacer: (_, value: unknown) =>
          typeof value === 'string' ? redactor.lines(value).join('\n') : value,
      }),
    ),
    transports: [new winston.transports.Console()],
  });
}

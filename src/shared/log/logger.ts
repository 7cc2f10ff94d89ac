import winston from 'winston';

/** Structured service log. Messages of warn and error are static text; facts go into the fields. */
export type Logger = winston.Logger;

/** JSON lines on standard output; `level` as winston knows it, `silent` for none. */
export function createLogger(level: string): Logger {
  return winston.createLogger({
    level,
    silent: level === 'silent',
    format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
    transports: [new winston.transports.Console()],
  });
}

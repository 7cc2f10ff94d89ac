/** Tells whether a cron expression of five fields matches a minute, in UTC. */
export function matchesSchedule(schedule: string, minute: Date): boolean {
  const fields = (MACROS[schedule] ?? schedule).trim().split(/\s+/);
  const values = [
    minute.getUTCMinutes(),
    minute.getUTCHours(),
    minute.getUTCDate(),
    minute.getUTCMonth() + 1,
    minute.getUTCDay(),
  ];
  return values.every((value, index) => matchesField(fields[index] ?? '*', value, index === 4));
}

const MACROS: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
};

function matchesField(field: string, value: number, isDay: boolean): boolean {
  return field.split(',').some((part) => {
    const [range = '*', step = '1'] = part.split('/');
    const [from, to] = range === '*' ? [0, 59] : range.split('-').map(Number);
    const first = from ?? 0;
    const last = to ?? (part.includes('/') ? 59 : first);
    const wanted = isDay && value === 0 && first === 7 ? 7 : value;
    return wanted >= first && wanted <= last && (wanted - (range === '*' ? 0 : first)) % Number(step) === 0;
  });
}

import type { Blocker } from '../../shared/contract/blocker.js';
import { isZone } from '../../shared/domain/blockers/zoned-time.js';
import type { Violation } from '../../shared/schema/schema.js';

/** What is wrong with a blocker beyond its shape; a blocker that could not be judged is never stored. */
export function judgeBlocker({ rule }: Blocker): readonly Violation[] {
  if (rule.type !== 'window') return [];
  return rule.windows.flatMap(({ zone, dates = [], from, to }, at) => {
    const pointer = `/rule/windows/${at}`;
    const wrong: Violation[] = [];
    if (!isZone(zone))
      wrong.push({ pointer: `${pointer}/zone`, detail: `${zone} is not the name of a time zone` });
    if (from !== undefined && from === to)
      wrong.push({
        pointer: `${pointer}/to`,
        detail: 'must differ from `from`; leave both out for the whole day',
      });
    dates.forEach((span, index) => {
      if (!span.yearly && span.to < span.from)
        wrong.push({ pointer: `${pointer}/dates/${index}/to`, detail: 'must not be before `from`' });
    });
    return wrong;
  });
}

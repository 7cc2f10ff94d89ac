/** The counts of several runs as one. */
export function addUp(tallies) {
  const total = { passed: 0, failures: [], skipped: [], again: [] };
  for (const { passed, failures, skipped, again } of tallies) {
    total.passed += passed;
    total.failures.push(...failures);
    total.skipped.push(...skipped);
    total.again.push(...again);
  }
  return total;
}

/** The closing line that people and CI read. */
export function closingLine({ passed, failures, skipped }) {
  return `${passed} passed, ${failures.length} failed, ${skipped.length} skipped`;
}

/** 0 only when something passed and nothing failed: a run that ran nothing proves nothing. */
export function exitCodeOf({ passed, failures }) {
  return passed > 0 && failures.length === 0 ? 0 : 1;
}

/** The counts of several runs as one. */
export function addUp(tallies) {
  const total = { passed: 0, failed: 0, skipped: [], again: [] };
  for (const { passed, failed, skipped, again = [] } of tallies) {
    total.passed += passed;
    total.failed += failed;
    total.skipped.push(...skipped);
    total.again.push(...again);
  }
  return total;
}

/** The closing line that people and CI read. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped.length} skipped`;
}

/** 0 only when something passed and nothing failed: a run that ran nothing proves nothing. */
export function exitCodeOf({ passed, failed }) {
  return passed > 0 && failed === 0 ? 0 : 1;
}

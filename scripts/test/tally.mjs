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

/**
 * The tallies of files after some of those files were run again: a file counts as it ended last, and what failed
 * before and does not fail now is named as such. What happened outside of any file stays.
 */
export function afterAnother(tallies, later) {
  const ofFiles = later.filter(({ file }) => file !== undefined);
  const counted = tallies.map((first) => {
    const last = ofFiles.find(({ file }) => file === first.file);
    if (!last) return first;
    const failing = new Set(last.failures.map(({ test }) => test));
    const mended = first.failures.map(({ test }) => test).filter((test) => !failing.has(test));
    return { ...last, again: [...first.again, ...mended] };
  });
  return [...counted, ...later.filter(({ file }) => file === undefined)];
}

/** The closing line that people and CI read. */
export function closingLine({ passed, failures, skipped }) {
  return `${passed} passed, ${failures.length} failed, ${skipped.length} skipped`;
}

/** 0 only when something passed and nothing failed: a run that ran nothing proves nothing. */
export function exitCodeOf({ passed, failures }) {
  return passed > 0 && failures.length === 0 ? 0 : 1;
}

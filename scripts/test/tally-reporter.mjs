import { writeFileSync } from 'node:fs';

/**
 * A reporter of vitest that counts: `{passed, failed, skipped: [{test, why}], again: [test]}` as JSON in the file of
 * BEANPOD_TALLY. A file that could not be loaded and an error outside of any test each count as one failure.
 */
export default class TallyReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const tally = { passed: 0, failed: unhandledErrors.length, skipped: [], again: [] };
    for (const module of modules) count(module, tally);
    const file = process.env['BEANPOD_TALLY'];
    if (file) writeFileSync(file, JSON.stringify(tally));
  }
}

function count(module, tally) {
  tally.failed += module.errors().length;
  for (const suite of module.children.allSuites()) tally.failed += suite.errors().length;
  for (const test of module.children.allTests()) {
    const result = test.result();
    if (test.diagnostic()?.flaky) tally.again.push(`${module.relativeModuleId}: ${test.fullName}`);
    if (result.state === 'passed') tally.passed += 1;
    else if (result.state === 'failed') tally.failed += 1;
    else tally.skipped.push({ test: `${module.relativeModuleId}: ${test.fullName}`, why: reasonOf(result) });
  }
}

function reasonOf(result) {
  return result.state === 'skipped' && result.note ? result.note : 'see its name';
}

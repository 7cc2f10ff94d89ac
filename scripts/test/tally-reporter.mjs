import { writeFileSync } from 'node:fs';

/**
 * A reporter of vitest that counts, file by file: `[{file, passed, failures: [{test, why}], skipped: [{test, why}],
 * again: []}]` as JSON in the file of BEANPOD_TALLY. A file that could not be loaded is a failure, and so is an error
 * outside of any test, which belongs to no file.
 */
export default class TallyReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const outside = unhandledErrors.map((error) => ({ test: 'outside of any test', why: firstLine(error) }));
    const tallies = [{ passed: 0, failures: outside, skipped: [], again: [] }, ...modules.map(count)];
    const file = process.env['BEANPOD_TALLY'];
    if (file) writeFileSync(file, JSON.stringify(tallies));
  }
}

function count(module) {
  const tally = { file: module.relativeModuleId, passed: 0, failures: [], skipped: [], again: [] };
  const fail = (name, errors) => {
    for (const error of errors) tally.failures.push({ test: name, why: firstLine(error) });
  };
  fail(module.relativeModuleId, module.errors());
  for (const suite of module.children.allSuites()) fail(nameOf(module, suite), suite.errors());
  for (const test of module.children.allTests()) {
    const result = test.result();
    if (result.state === 'passed') tally.passed += 1;
    else if (result.state === 'failed') fail(nameOf(module, test), [result.errors.at(-1)]);
    else tally.skipped.push({ test: nameOf(module, test), why: reasonOf(result) });
  }
  return tally;
}

function nameOf(module, { fullName }) {
  return `${module.relativeModuleId}: ${fullName}`;
}

function firstLine(error) {
  return String(error?.message ?? 'see above')
    .split('\n', 1)[0]
    .slice(0, 300);
}

function reasonOf(result) {
  return result.state === 'skipped' && result.note ? result.note : 'see its name';
}

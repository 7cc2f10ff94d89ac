import { writeFileSync } from 'node:fs';

/**
 * A reporter of vitest that counts: `{passed, failures: [{test, why}], skipped: [{test, why}], again: [test]}` as JSON
 * in the file of BEANPOD_TALLY. A file that could not be loaded and an error outside of any test each are a failure.
 */
export default class TallyReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const tally = { passed: 0, failures: [], skipped: [], again: [] };
    for (const error of unhandledErrors)
      tally.failures.push({ test: 'outside of any test', why: firstLine(error) });
    for (const module of modules) count(module, tally);
    const file = process.env['BEANPOD_TALLY'];
    if (file) writeFileSync(file, JSON.stringify(tally));
  }
}

function count(module, tally) {
  const fail = (name, errors) => {
    for (const error of errors) tally.failures.push({ test: name, why: firstLine(error) });
  };
  fail(module.relativeModuleId, module.errors());
  for (const suite of module.children.allSuites()) fail(nameOf(module, suite), suite.errors());
  for (const test of module.children.allTests()) {
    const result = test.result();
    if (test.diagnostic()?.flaky) tally.again.push(nameOf(module, test));
    if (result.state === 'passed') tally.passed += 1;
    else if (result.state === 'failed') fail(nameOf(module, test), [result.errors.at(-1)]);
    else tally.skipped.push({ test: nameOf(module, test), why: reasonOf(result) });
  }
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

/** Something that the person at the keyboard can put right. Its message says what happened, what was seen and what to do. */
export class Problem extends Error {
  name = 'Problem';
}

/** Runs the main function of a script. A problem is printed without a stack and ends the process with 1. */
export async function runScript(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.stderr.write(`\n${error instanceof Problem ? error.message : (error.stack ?? error)}\n`);
    process.exitCode = 1;
  }
}

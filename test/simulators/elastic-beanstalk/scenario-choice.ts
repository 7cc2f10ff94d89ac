import { behaviourOf } from './behaviour.js';
import type { Behaviour, ScenarioOptions } from './behaviour.js';
import { isScenarioName, labelWords, scenarioTitles } from './scenario-names.js';
import type { ScenarioName } from './scenario-names.js';

/** A scenario with its options. */
export interface ChosenScenario {
  readonly name: ScenarioName;
  readonly options: ScenarioOptions;
}

/** A rule of the control API: deployments that match all given words follow `scenario`. */
export interface ScenarioRule {
  readonly match: { readonly label?: string; readonly environment?: string; readonly application?: string };
  readonly scenario: ScenarioName;
  readonly options?: ScenarioOptions;
  /** How many deployments the rule applies to; default: all. */
  readonly times?: number;
}

/** What a deployment is known by when its scenario is chosen; `environment` is empty while a version is created. */
interface ScenarioSubject {
  readonly application: string;
  readonly environment: string;
  readonly label: string;
  readonly inBundle: ChosenScenario | undefined;
}

/** The rules in force and the choice they lead to. */
export interface Scenarios {
  add(rule: ScenarioRule): void;
  list(): readonly ScenarioRule[];
  clear(): void;
  /** Order: newest matching rule, then the label, then the bundle, then success. Only `use` counts against `times`. */
  choose(subject: ScenarioSubject, purpose: 'use' | 'look'): Behaviour;
}

/** No rules. */
export function createScenarios(): Scenarios {
  let rules: { rule: ScenarioRule; left: number }[] = [];
  return {
    add: (rule) => void rules.unshift({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }),
    list: () => rules.map(({ rule }) => rule),
    clear: () => void (rules = []),
    choose(subject, purpose) {
      const found = rules.find(({ rule }) => applies(rule, subject));
      if (found !== undefined) {
        if (purpose === 'use') found.left -= 1;
        rules = rules.filter(({ left }) => left > 0);
        return behaviourOf(found.rule.scenario, found.rule.options);
      }
      const named = labelScenario(subject.label);
      if (named !== undefined) return behaviourOf(named);
      return behaviourOf(subject.inBundle?.name ?? 'success', subject.inBundle?.options);
    },
  };
}

/** The scenario that a version label asks for: `scenario-<name>` at its end, a scenario's name within it, or a known word. */
export function labelScenario(label: string): ScenarioName | undefined {
  const suffix = /scenario-([a-z0-9-]+)$/.exec(label)?.[1];
  if (suffix !== undefined && isScenarioName(suffix)) return suffix;
  const dashed = `-${label.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-`;
  const longestFirst = Object.keys(scenarioTitles).sort((left, right) => right.length - left.length);
  const within = longestFirst.find((name) => dashed.includes(`-${name}-`));
  if (within !== undefined && isScenarioName(within)) return within;
  return Object.entries(labelWords).find(([word]) => dashed.includes(`-${word}-`))?.[1];
}

function applies(rule: ScenarioRule, subject: ScenarioSubject): boolean {
  const { label, environment, application } = rule.match;
  // A change of settings alone has no label, and only a rule for the empty one is about it.
  if (subject.label === '' && label !== '') return false;
  return (
    (label === undefined || label === subject.label) &&
    (environment === undefined || environment === subject.environment) &&
    (application === undefined || application === subject.application)
  );
}

import { optionProblem } from '../option-rules.js';
import type { OptionSetting } from '../model.js';
import { structsParam } from '../query-xml.js';
import type { Params } from '../query-xml.js';
import { invalidValue } from '../service-error.js';

/** The OptionSettings of a call, refused when one of them is not valid. */
export function checkedOptions(params: Params): readonly OptionSetting[] {
  const options = optionSettings(params);
  const problem = options.map(optionProblem).find((found) => found !== undefined);
  if (problem !== undefined) throw invalidValue(`Configuration validation exception: ${problem}`);
  return options;
}

/** The OptionSettings of a call as they came. */
export function optionSettings(params: Params): readonly OptionSetting[] {
  return structsParam(params, 'OptionSettings').map((option) => {
    return {
      namespace: option['Namespace'] ?? '',
      name: option['OptionName'] ?? '',
      value: option['Value'] ?? '',
    };
  });
}

/** The OptionsToRemove of a call. */
export function optionsToRemove(params: Params): readonly Pick<OptionSetting, 'namespace' | 'name'>[] {
  return structsParam(params, 'OptionsToRemove').map((option) => {
    return { namespace: option['Namespace'] ?? '', name: option['OptionName'] ?? '' };
  });
}

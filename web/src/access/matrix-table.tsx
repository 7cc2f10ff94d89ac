import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { environmentsQuery, servicesQuery } from '../api/queries.js';
import { Button } from '../elements/button.jsx';
import { Icon } from '../elements/icon.jsx';
import {
  isSamePlace,
  sayPlace,
  tierOf,
  turned,
  VERBS,
  withPlace,
  type Effect,
  type Matrix,
  type RulePlace,
} from './rule-matrix.js';

const TIERS = { 1: 'decides first', 2: 'decides next', 3: 'decides last' } as const;

/** Rights and the places where rules speak of them. Without `onChange` it is only shown. */
export function MatrixTable({
  matrix,
  onChange,
}: {
  readonly matrix: Matrix;
  readonly onChange?: ((matrix: Matrix) => void) | undefined;
}) {
  return (
    <div className="matrix-frame" tabIndex={0} role="region" aria-label="Rights by place">
      <table className="matrix">
        <thead>
          <tr>
            <th scope="col">Right</th>
            {matrix.map((column) => (
              <th key={`${column.service}/${column.environment}`} scope="col">
                <span className="matrix-place">
                  {sayPlace(column)}
                  {onChange && (
                    <Button
                      look="quiet"
                      icon="cross"
                      label={`Remove ${sayPlace(column)}`}
                      onClick={() => onChange(matrix.filter((each) => !isSamePlace(each, column)))}
                    >
                      {''}
                    </Button>
                  )}
                </span>
                <span className="faint">{TIERS[tierOf(column)]}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {VERBS.map((verb) => (
            <tr key={verb}>
              <th scope="row">{verb}</th>
              {matrix.map((column) => {
                const said = column.said[verb];
                const name = `${verb} on ${sayPlace(column)}: ${said ?? 'not said'}`;
                return (
                  <td key={`${column.service}/${column.environment}`}>
                    {onChange ? (
                      <button
                        type="button"
                        className={`matrix-cell is-${said ?? 'unsaid'}`}
                        aria-label={`${name}; press to change`}
                        onClick={() => onChange(turned(matrix, column, verb))}
                      >
                        <Said effect={said} />
                      </button>
                    ) : (
                      <span className={`matrix-cell is-${said ?? 'unsaid'}`}>
                        <Said effect={said} />
                      </span>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {onChange && <NewPlace onAdd={(place) => onChange(withPlace(matrix, place))} />}
    </div>
  );
}

function Said({ effect }: { readonly effect: Effect | undefined }) {
  if (effect === undefined) return '–';
  return (
    <>
      <Icon name={effect === 'allow' ? 'check' : 'cross'} /> {effect}
    </>
  );
}

function NewPlace({ onAdd }: { readonly onAdd: (place: RulePlace) => void }) {
  const [service, setService] = useState('');
  const [environment, setEnvironment] = useState('');
  const { data: services = [] } = useQuery(servicesQuery);
  const { data: environments = [] } = useQuery(environmentsQuery);
  const [serviceList, environmentList] = [useId(), useId()];
  return (
    <div className="matrix-new">
      <input
        aria-label="Service of a new place"
        placeholder="every service"
        list={serviceList}
        value={service}
        onChange={({ target }) => setService(target.value)}
      />
      <datalist id={serviceList}>
        {services.map((each) => (
          <option key={each.service} value={each.service} />
        ))}
      </datalist>
      <input
        aria-label="Environment of a new place"
        placeholder="every environment"
        list={environmentList}
        value={environment}
        onChange={({ target }) => setEnvironment(target.value)}
      />
      <datalist id={environmentList}>
        {environments.map((each) => (
          <option key={each.environment} value={each.environment} />
        ))}
      </datalist>
      <Button
        icon="plus"
        onClick={() => onAdd({ service: service.trim() || '*', environment: environment.trim() || '*' })}
      >
        Add the place
      </Button>
    </div>
  );
}

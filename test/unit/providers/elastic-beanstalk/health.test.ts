import { describe, expect, it } from 'vitest';
import {
  HEALTH_WORDS,
  healthWord,
  isNoWorse,
  readHealth,
} from '../../../../src/providers/elastic-beanstalk/health.js';
import { environmentOf } from './builders.js';

const ACCEPTED = ['Ok', 'Info'];

describe('the health of an environment', () => {
  it.each([
    ['Ok', 'Green', 'ok', 'healthy'],
    ['Info', 'Green', 'info', 'healthy'],
    ['Warning', 'Yellow', 'warning', 'progressing'],
    ['Degraded', 'Red', 'degraded', 'degraded'],
    ['Severe', 'Red', 'severe', 'degraded'],
    ['Pending', 'Grey', 'pending', 'progressing'],
    ['Unknown', 'Grey', 'unknown', 'unknown'],
    ['Suspended', 'Grey', 'suspended', 'unknown'],
    ['No Data', 'Grey', 'nodata', 'unknown'],
    ['NoData', 'Green', 'nodata', 'unknown'],
    ['Splendid', 'Grey', 'unknown', 'unknown'],
  ])('reads %s with colour %s as %s: %s', (healthStatus, color, word, verdict) => {
    expect(readHealth(environmentOf({ healthStatus, color }), ACCEPTED)).toEqual({ word, verdict });
  });

  it.each([
    ['Green', 'ok', 'healthy'],
    ['Yellow', 'warning', 'progressing'],
    ['Red', 'severe', 'degraded'],
    ['Grey', 'unknown', 'unknown'],
    ['Purple', 'unknown', 'unknown'],
  ])('reads the colour %s of basic reporting as %s', (color, word, verdict) => {
    const environment = environmentOf({ healthStatus: undefined, color });

    expect(readHealth(environment, ACCEPTED)).toEqual({ word, verdict });
  });

  it('is never healthy when it is grey, whatever a target accepts', () => {
    const accepted = ['Ok', 'Info', 'Warning'];
    const grey = ['Unknown', 'Suspended', 'NoData', 'Pending'].map(
      (healthStatus) => readHealth(environmentOf({ healthStatus, color: 'Grey' }), accepted).verdict,
    );

    expect(grey).not.toContain('healthy');
  });

  it('counts a warning as healthy only when the target lists it', () => {
    const warning = environmentOf({ healthStatus: 'Warning', color: 'Yellow' });

    expect(readHealth(warning, ['Ok', 'Warning']).verdict).toBe('healthy');
    expect(readHealth(environmentOf({ healthStatus: 'Info' }), ['Ok']).verdict).toBe('progressing');
  });
});

describe('health compared with that before', () => {
  it('is no worse when it is equal or better, and silence is worse than any word', () => {
    expect(isNoWorse('severe', 'severe')).toBe(true);
    expect(isNoWorse('ok', 'degraded')).toBe(true);
    expect(isNoWorse('severe', 'degraded')).toBe(false);
    expect(isNoWorse('nodata', 'severe')).toBe(false);
  });

  it('knows every word', () => {
    expect(HEALTH_WORDS.map((word) => healthWord(environmentOf({ healthStatus: word })))).toEqual(
      HEALTH_WORDS,
    );
  });
});

import { expect, test } from 'vitest';
import { loss, plusMinus, rate, seconds, share } from '../../webview/results/numbers.js';

test('a loss that is there never reads as none', () => {
  expect([0, 1e-9, 0.00005, 0.012].map(loss)).toEqual(['0', '1.0e-9', '5.0e-5', '1.2 %']);
});

test('shares are as exact as one can take in', () => {
  expect([0, 0.0004, 0.0123, 0.5, 1].map(share)).toEqual(['0 %', '<0.1 %', '1.2 %', '50 %', '100 %']);
});

test('intervals are told against their middle', () => {
  expect(plusMinus([95, 105])).toBe('±5.0 %');
  expect(plusMinus([0, 0])).toBe('');
});

test('what is not known is a dash, not NaN', () => {
  expect([undefined, null, Number.NaN, Number.POSITIVE_INFINITY].map(seconds)).toEqual(['–', '–', '–', '–']);
  expect(seconds(1.5e-5)).toBe('15 µs');
});

test('what moves no data is counted in operations', () => {
  expect(rate({ bitsPerSec: 0, opsPerSec: 100 })).toBe('100 op/s');
  expect(rate({ bitsPerSec: 2e9, opsPerSec: 100 })).toBe('2 Gbit/s');
});

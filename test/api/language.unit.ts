import { expect } from 'chai';
import { languageOf } from '../../src/api/problem.js';

describe('The language of an answer', () => {
  const cases: readonly (readonly [string | undefined, 'vi' | 'en'])[] = [
    [undefined, 'vi'],
    ['', 'vi'],
    ['*', 'vi'],
    ['fr', 'vi'],
    ['en', 'en'],
    ['en-GB,en;q=0.9', 'en'],
    ['vi-VN,vi;q=0.9,en;q=0.8', 'vi'],
    ['vi;q=0.3, en;q=0.7', 'en'],
    ['en;q=0, vi', 'vi'],
    [';;;q=,,', 'vi'],
  ];
  for (const [header, language] of cases)
    it(`${header ?? 'without a wish'} is answered in ${language}`, () => {
      expect(languageOf(header)).to.equal(language);
    });
});

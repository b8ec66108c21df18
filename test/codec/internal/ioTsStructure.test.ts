import * as t from 'io-ts'
import { expect, it } from 'vitest'
import type { Structure } from '../../../src/codec/internal/ioTsStructure.ts'
import { domainKeys } from '../../../src/codec/internal/ioTsStructure.ts'

it.each<readonly [t.Mixed, ReadonlyArray<string> | undefined]>([
  [t.keyof({ a: null, b: null }), ['a', 'b']],
  [t.literal('a'), ['a']],
  [t.literal(1), undefined],
  [t.union([t.literal('a'), t.keyof({ b: null, a: null })]), ['a', 'b']],
  [t.union([t.literal('a'), t.string]), undefined],
  [t.string, undefined],
])('the keys in the domain %o', (domain, keys) => {
  // an io-ts type from inside
  expect(domainKeys(domain as unknown as Structure)).toEqual(keys)
})

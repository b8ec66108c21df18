import { describe, expect, it } from 'vitest'
import { isNamed } from '../../../src/codec/internal/namedFields.ts'

const b = { type: 'object', properties: { b: true } }

describe('a field is named', () => {
  it.each<[string, unknown, unknown]>([
    ['by properties', b, { b: 1 }],
    ['by all of them', { allOf: [{}, b] }, { b: 1 }],
    ['by one of them', { anyOf: [{ type: 'null' }, b] }, { b: 1 }],
    ['by any of them', { oneOf: [false, b] }, { b: 1 }],
    ['by what is referred to', { $ref: '#/$defs/b', $defs: { b } }, { b: 1 }],
    ['by additional ones', { additionalProperties: { type: 'number' } }, { b: 1 }],
    [
      'with the constant beside it',
      { anyOf: [{ ...b, properties: { t: { const: 1 }, b: {} } }] },
      { t: 1, b: 1 },
    ],
    [
      'with one of the constants',
      { anyOf: [{ properties: { t: { enum: [1] }, b: {} } }] },
      { t: 1, b: 1 },
    ],
    [
      'with the kind beside it',
      { anyOf: [{ properties: { t: { type: 'integer' }, b: {} } }] },
      { t: 1, b: 1 },
    ],
    [
      'with a list beside it',
      { anyOf: [{ properties: { t: { type: ['null', 'array'] }, b: {} } }] },
      { t: [], b: 1 },
    ],
    [
      'with a union beside it',
      { anyOf: [{ properties: { t: { anyOf: [{ type: 'string' }, {}] }, b: {} } }] },
      { t: 1, b: 1 },
    ],
  ])('%s', (_, schema, data) => {
    expect(isNamed(schema, data, ['b'])).toBe(true)
  })
})

describe('a field is not named', () => {
  it.each<[string, unknown, unknown]>([
    [
      'by a schema that names others',
      { properties: { a: {} }, additionalProperties: true },
      { b: 1 },
    ],
    ['by one that says nothing', true, { b: 1 }],
    [
      'where the constant beside it is another',
      { anyOf: [{ properties: { t: { const: 1 }, b: {} } }] },
      { t: 2, b: 1 },
    ],
    [
      'where the kind beside it is another',
      { anyOf: [{ properties: { t: { type: 'string' }, b: {} } }] },
      { t: 2, b: 1 },
    ],
    ['where one beside it is missing', { anyOf: [{ ...b, required: ['t'] }] }, { b: 1 }],
    [
      'where no member beside it fits',
      { anyOf: [{ ...b, oneOf: [false, { type: 'null' }] }] },
      { b: 1 },
    ],
    [
      'where what is referred to does not fit',
      { anyOf: [{ ...b, allOf: [{ $ref: '#/$defs/n' }] }], $defs: { n: { type: 'null' } } },
      { b: 1 },
    ],
    ['by a schema that refers to itself alone', { $ref: '#' }, { b: 1 }],
    ['by members that refer to themselves alone', { anyOf: [{ $ref: '#' }] }, { b: 1 }],
  ])('%s', (_, schema, data) => {
    expect(isNamed(schema, data, ['b'])).toBe(false)
  })
})

it.each<[string, unknown, unknown, ReadonlyArray<string | number>]>([
  ['in a list', { items: b }, [{ b: 1 }], [0, 'b']],
  ['in a tuple', { prefixItems: [{}, b] }, [1, { b: 1 }], [1, 'b']],
  ['in a field', { properties: { a: b } }, { a: { b: 1 } }, ['a', 'b']],
  ['in what is not there', { properties: { a: b } }, 1, ['a', 'b']],
])('%s', (_, schema, data, path) => {
  expect(isNamed(schema, data, path)).toBe(true)
})

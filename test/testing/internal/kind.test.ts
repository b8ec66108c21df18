import { describe, expect, it } from 'vitest'
import { kindOf, pathWithin } from '../../../src/testing/internal/kind.ts'

describe('the kind of a value', () => {
  it.each<[string, unknown, string]>([
    ['its type', { type: 'AddLine', quantity: 1 }, 'AddLine'],
    ['its type, even if that is all', { type: 'Refused' }, 'Refused'],
    ['a part of a product', { type: 'order', command: { type: 'AddLine' } }, 'order.AddLine'],
    ['an event of a part', { type: 'order', event: { type: 'LineAdded' } }, 'order.LineAdded'],
    ['a rejection of a part', { type: 'order', rejection: { type: 'No' } }, 'order.No'],
    [
      'a part of a part',
      { type: 'shop', command: { type: 'order', command: { type: 'AddLine' } } },
      'shop.order.AddLine',
    ],
    ['one of many', { key: 'a', command: { type: 'AddLine' } }, 'AddLine'],
    ['one of many, without a type', { key: 'a', event: 3 }, '3'],
    [
      'one of many in a part',
      { type: 'orders', command: { key: 'a', command: { type: 'AddLine' } } },
      'orders.AddLine',
    ],
    ['a text in a part', { type: 'bit', command: 'Bad' }, "bit.'Bad'"],
    [
      'a text in a part of a part',
      { type: 'shop', event: { type: 'bit', event: 'On' } },
      "shop.bit.'On'",
    ],
    [
      'a text of one of many in a part',
      { type: 'bits', command: { key: 'a', command: 'On' } },
      "bits.'On'",
    ],
    [
      'one of many in a part, without a type',
      { type: 'counts', event: { key: 'a', event: 3 } },
      'counts.3',
    ],
    ['an object without a type', { type: 'Failed', rejection: { code: 'x' } }, 'Failed'],
    ['an object that is no part', { type: 'Failed', event: { key: 'a', id: 1 } }, 'Failed'],
    ['a list', { type: 'Failed', command: ['x'] }, 'Failed'],
    ['null in a field like a part', { type: 'Failed', event: null }, 'Failed'],
    ['a number in a field like a part', { type: 'Failed', rejection: 404 }, 'Failed'],
    ['more than a part', { type: 'Failed', command: { type: 'Go' }, why: '' }, 'Failed'],
    ['more than a key', { key: 'a', quantity: 2 }, "{ key: 'a', quantity: 2 }"],
    ['a type that is no text', { type: 7 }, '{ type: 7 }'],
    ['a text', 'on', "'on'"],
    ['a number', -0, '-0'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a value without a type', { command: 1 }, '{ command: 1 }'],
    ['two fields that are no part', { command: 1, id: 2 }, '{ command: 1, id: 2 }'],
  ])('%s', (_, value, kind) => {
    expect(kindOf(value)).toBe(kind)
  })
})

describe('what is wrapped', () => {
  it.each<[string, unknown, ReadonlyArray<string>]>([
    ['nothing', { type: 'AddLine', quantity: 1 }, []],
    ['nothing in a text', 'on', []],
    ['nothing in a payload', { type: 'Failed', rejection: { code: 'x' } }, []],
    ['a text of a part', { type: 'bit', command: 'On' }, ['command']],
    ['a command of a part', { type: 'order', command: { type: 'AddLine' } }, ['command']],
    [
      'an event of one of many in a part',
      { type: 'orders', event: { key: 'a', event: { type: 'LineAdded' } } },
      ['event', 'event'],
    ],
  ])('%s', (_, value, path) => {
    expect(pathWithin(value)).toStrictEqual(path)
  })
})

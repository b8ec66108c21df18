import { expect, it } from 'vitest'
import { targetOf } from '../../../src/codec/internal/jsonPointer.ts'

const root = { $defs: { 'a/b~c': 1, 'ö%': 2, list: ['x'] } }

it.each([
  ['#', root],
  ['#/$defs/list/0', 'x'],
  ['#/$defs/a~1b~0c', 1],
  ['#/%24defs/list', ['x']],
  ['#/$defs/ö%', 2],
])('%s', (ref, target) => {
  expect(targetOf(root, ref)).toStrictEqual(target)
})

it.each(['#/$defs/lost', '#/$defs/list/0/x', '#/toString', '#list', 'other.json', ''])(
  '%s leads nowhere',
  (ref) => {
    expect(targetOf(root, ref)).toBeUndefined()
  },
)

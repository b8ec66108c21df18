import { expect, it } from 'vitest'
import type { Mutation } from '../../../src/testing/mutants/mutation.ts'
import { showMutation } from '../../../src/testing/mutants/mutation.ts'

it.each<[string, Mutation]>([
  ['C does not emit E', { type: 'DropEvent', command: 'C', event: 'E' }],
  ['C emits E twice', { type: 'DuplicateEvent', command: 'C', event: 'E' }],
  ['C emits F before E', { type: 'SwapEvents', command: 'C', first: 'E', second: 'F' }],
  [
    'C emits E with line.0.n one more',
    { type: 'ChangeNumber', command: 'C', event: 'E', path: ['line', 0, 'n'], by: 1 },
  ],
  [
    'C emits E with its number one less',
    { type: 'ChangeNumber', command: 'C', event: 'E', path: [], by: -1 },
  ],
  [
    'C is accepted with no event, instead of rejected with R',
    { type: 'SwallowRejection', command: 'C', rejection: 'R' },
  ],
  [
    'C is accepted with the events it emits elsewhere, instead of rejected with R',
    { type: 'SkipRule', command: 'C', rejection: 'R' },
  ],
  [
    'C is rejected with Q, instead of R',
    { type: 'OtherRejection', command: 'C', rejection: 'R', instead: 'Q' },
  ],
  [
    'C is rejected with R, instead of accepted with E, F',
    { type: 'RejectAccepted', command: 'C', events: ['E', 'F'], rejection: 'R' },
  ],
  [
    'C is rejected with R, instead of accepted with no event',
    { type: 'RejectAccepted', command: 'C', events: [], rejection: 'R' },
  ],
  ['E leaves the state as it is', { type: 'IgnoreEvent', event: 'E' }],
  ['E leaves order.tax as it is', { type: 'ForgetField', event: 'E', path: ['order', 'tax'] }],
  ['E leaves the state as it is', { type: 'ForgetField', event: 'E', path: [] }],
  ['a terminal state is said not to be terminal', { type: 'FlipTerminal', terminal: true }],
  ['a state that is not terminal is said to be', { type: 'FlipTerminal', terminal: false }],
  ['C is accepted with no event, whatever the state', { type: 'IgnoreCommand', command: 'C' }],
  ['nothing is rejected with R', { type: 'IgnoreRejection', rejection: 'R' }],
])('%s', (sentence, mutation) => {
  expect(showMutation(mutation)).toBe(sentence)
})

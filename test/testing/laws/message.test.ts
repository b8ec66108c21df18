import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Violation } from '../../../src/testing/laws/model.ts'
import { violationMessage, scenarioOf, lawTitles } from '../../../src/testing/laws/message.ts'

const violation: Violation<unknown, unknown, unknown, unknown> = {
  law: 'B8',
  name: '',
  what: 'a command is accepted',
  given: [{ type: 'Closed' }, { type: 'Noted', text: 'x'.repeat(60) }],
  command: some({ type: 'Open' }),
  shows: { type: 'Events', events: [] },
  fails: true,
  expected: 'no events,\nor a rejection',
  seen: ['1 event', `    [0] {\n  type: 'Opened',\n}`],
  state: { closed: true },
}

describe('a broken law', () => {
  it('is told in words, with a scenario, and with how to see it again', () => {
    const place = { seed: -7, path: '1:0:2', shrinks: 3 }
    expect(violationMessage(violation, [{ type: 'Close' }, 'x'.repeat(80)], place))
      .toBe(`B8 does not hold: a command is accepted
(B8 in a terminal state, decide gives Left or Right([]))

// fails until it is fixed
scenario(decider)
  .given([
    { type: 'Closed' },
    { type: 'Noted', text: '${'x'.repeat(60)}' },
  ])
  .when({ type: 'Open' })
  .then([])

expected
  no events,
  or a rejection
seen
  1 event
      [0] {
    type: 'Opened',
  }

state
  { closed: true }
commands
  [
    { type: 'Close' },
    '${'x'.repeat(80)}',
  ]

shrunk 3 times; to reproduce it: laws(decider, { …, seed: -7, path: '1:0:2', only: ['B8'] })`)
  })

  it('shows a rejection, or a state where no command is asked', () => {
    expect(
      scenarioOf({
        ...violation,
        given: [],
        shows: { type: 'Rejected', rejection: 'TooLate' },
        fails: false,
      }),
    ).toBe(`// passes: it shows what happens
scenario(decider)
  .given([])
  .when({ type: 'Open' })
  .thenRejected('TooLate')`)
    expect(
      scenarioOf({
        ...violation,
        given: [],
        command: none,
        shows: { type: 'State', state: { closed: true } },
      }),
    ).toBe(`// fails until it is fixed
scenario(decider)
  .given([])
  .thenState({ closed: true })`)
  })

  it('says what becomes of the scenario as long as nothing is mended', () => {
    const first = (fails: typeof violation.fails) =>
      scenarioOf({ ...violation, fails }).split('\n')[0]
    expect([true, false, 'throws' as const, 'varies' as const].map(first)).toStrictEqual([
      '// fails until it is fixed',
      '// passes: it shows what happens',
      '// throws, whatever is expected',
      '// may pass or fail: it is not the same each time',
    ])
  })

  it('has a title of its own', () => {
    const texts = Object.values(lawTitles)
    expect(new Set(texts).size).toBe(texts.length)
    expect(texts.filter((text) => text === '')).toStrictEqual([])
  })
})

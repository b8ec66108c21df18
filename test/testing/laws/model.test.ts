import { left, right } from 'fp-ts/lib/Either.js'
import { some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { withAmbient } from '../../../src/testing/laws/globals.ts'
import {
  stepAsked,
  brokenProperty,
  judging,
  privateIn,
  quotedName,
  shareOf,
  showDecision,
  showError,
  valueLines,
  thenOf,
} from '../../../src/testing/laws/model.ts'
import { caseOf } from '../cases.ts'
import { till } from '../till.ts'

const long = { type: 'Noted', text: 'x'.repeat(80) }
const longText = `{
  type: 'Noted',
  text: '${long.text}',
}`

describe('what a law tries', () => {
  it('is all of it where that is little, and a share for each place where it is much', () => {
    expect(shareOf(8, 10, 100, false)).toBe(8)
    expect(shareOf(8, 20, 100, false)).toBe(5)
    expect(shareOf(8, 30, 100, false)).toBe(4)
    expect(shareOf(8, 1_000, 100, false)).toBe(1)
  })

  it('is all of it where nothing may be left out', () => {
    expect(shareOf(8, 1_000, 100, true)).toBe(8)
  })
})

describe('what a law says', () => {
  it('of a property is its name, in quotes', () => {
    expect(quotedName('sums add up')).toBe('"sums add up"')
  })

  it('of a step is what had happened before, what was asked, and of which state', () => {
    const of = caseOf(till, [{ type: 'Add', n: 1 }, { type: 'Add', n: 2 }, { type: 'Close' }])
    const [, , last] = of.trace.steps
    expect(last && stepAsked(of, last)).toStrictEqual({
      given: [
        { type: 'Added', n: 1 },
        { type: 'Added', n: 2 },
      ],
      command: some({ type: 'Close' }),
      state: { n: 3, closed: false },
    })
  })

  it('of a decision is what the last line of a scenario says', () => {
    expect(thenOf(left('no'))).toStrictEqual({ type: 'Rejected', rejection: 'no' })
    expect(thenOf(right([1, 2]))).toStrictEqual({ type: 'Events', events: [1, 2] })
  })

  it('of a decision is how many events there are and which, line by line', () => {
    expect(showDecision(right([]))).toStrictEqual(['no events'])
    expect(showDecision(right([{ type: 'A' }]))).toStrictEqual(['1 event', `    [0] { type: 'A' }`])
    expect(showDecision(right([{ type: 'A' }, { type: 'B', n: 1 }]))).toStrictEqual([
      '2 events',
      `    [0] { type: 'A' }`,
      `    [1] { type: 'B', n: 1 }`,
    ])
  })

  it('of a rejection or a value that takes several lines is several lines', () => {
    expect(showDecision(left('TooMuch'))).toStrictEqual([`the rejection 'TooMuch'`])
    expect(showDecision(left(long))).toStrictEqual(`the rejection ${longText}`.split('\n'))
    expect(valueLines('led to', 1)).toStrictEqual(['led to 1'])
    expect(valueLines('led to', long)).toStrictEqual(`led to ${longText}`.split('\n'))
  })

  it('of what was thrown is an error by its name, and anything else as it is', () => {
    expect(showError(new RangeError('boom'))).toBe('RangeError: boom')
    expect(showError('boom')).toBe(`'boom'`)
    expect(showError(undefined)).toBe('undefined')
  })

  it('of a property is nothing where it holds, else how it does not', () => {
    const answer = (value: unknown) => brokenProperty(() => value as boolean)
    expect(answer(true)).toBeUndefined()
    expect(answer(false)).toBe('it returns false')
    expect(
      brokenProperty(() => {
        throw new Error('no idea')
      }),
    ).toBe('it threw Error: no idea')
    expect(answer(Promise.resolve(true))).toMatch(/^it returns a promise instead/)
    expect(answer(undefined)).toMatch(/^it returns undefined instead of a boolean/)
    const late = () => Date.now() > 0
    expect(withAmbient(() => brokenProperty(late))).toBe('it reads Date.now()')
  })

  it('of a property without a name is what it says, or thrown where that is nothing to judge by', () => {
    const isTrue = (value: unknown) => value as boolean
    expect(judging('applies', isTrue)(true)).toBe(true)
    expect(() => judging('applies', isTrue)(1)).toThrow('applies returns 1 instead of a boolean')
    const late = judging('applies', () => Date.now() > 0)
    expect(() => withAmbient(() => late())).toThrow('applies reads Date.now()')
  })

  it('of an instance of a class is what can not be seen of it', () => {
    class Secret {
      readonly #n = 1
      get n(): number {
        return this.#n
      }
    }
    expect(privateIn({ list: [1, new Map([[1, { n: 1 }]])] })).toStrictEqual([])
    expect(privateIn({ list: [new Secret()] })).toStrictEqual([
      'private fields of Secret are not compared, only what its toJSON, valueOf or toString returns:',
      'the option eqState says when two states are the same',
    ])
  })
})

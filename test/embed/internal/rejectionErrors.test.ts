import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { rejectionErrors } from '../../../src/embed/internal/rejectionErrors.ts'

describe('a rejection', () => {
  it('1. goes out in an error and comes back', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (rejection, other) => {
        const { errorOf, rejectionOf } = rejectionErrors<unknown>()
        const error = errorOf(rejection)
        expect(error).toBeInstanceOf(Error)
        expect(error).toHaveProperty('rejection', rejection)
        expect(error).toHaveProperty('name', 'Rejection')
        expect(rejectionOf(error)).toEqual(some(rejection))
        expect(rejectionOf(other)).toEqual(none)
        expect(rejectionErrors().rejectionOf(error)).toEqual(none)
      }),
    )
  })

  it('says its type, where it has one', () => {
    const { errorOf } = rejectionErrors<unknown>()
    expect(errorOf({ type: 'NotEnough' }).message).toBe('rejected: NotEnough')
    const odd = [
      'no',
      null,
      undefined,
      0,
      {},
      { type: Symbol('no') },
      { type: Object.create(null) },
    ]
    for (const rejection of odd) expect(errorOf(rejection).message).toBe('rejected')
  })
})

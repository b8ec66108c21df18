// What takes long of the tests of races: every schedule there is.
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { check, fourToTwo, handlers } from './races/counting.ts'

describe.each(handlers)('requests that share handlers: the command handler %s', (_, make) => {
  it('laws 1 to 4: stands in every race of four requests to two processes', async () => {
    const checked = await check({ ...fourToTwo, handlers: make })
    expect(checked).toMatchObject(E.right({ complete: true }))
  })
})

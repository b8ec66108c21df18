import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../setup.ts'
import { hammered, plan } from './history/hammer.ts'
import { reportOf } from './history/support.ts'
import { tinyStore } from './history/tinyStore.ts'

describe('a store that is right', () => {
  it('has no violation, whatever clients do and however calls get lost', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (drawn) => {
        reportOf(await hammered(tinyStore(), drawn))
      }),
      { numRuns: runs(200) },
    )
  })
})

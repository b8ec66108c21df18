// The short form of the scenario `errands` of `npm run soak`, on the built package: programs are really killed.
import { expect, it } from 'vitest'
import { useDatabase } from '../support/postgres.ts'
import { errands } from './errandsScenario.mjs'

const url = useDatabase()

it('no errand of a process manager is lost when its programs are killed, and none is done twice', async () => {
  const seed = Number(process.env['FC_SEED'])
  const server = { url: url() }
  const { faults, figures } = await errands({ server, seed, times: 2, lease: 150 })
  expect(faults).toBe('')
  expect(figures.asked).toBeGreaterThan(0)
  expect(figures.answers).toBeGreaterThan(10)
})

// The short form of `npm run soak`, on the built package.
import { expect, it } from 'vitest'
import { startServer } from '../postgres/server.mjs'
import { everything } from './scenarios.mjs'

it('processes, connections and the server end at random, and what was promised holds', async () => {
  const seed = Number(process.env['FC_SEED'])
  const server = await startServer()
  try {
    const { isRight, faults, report } = await everything({ server, seed, times: 1 })
    expect(faults).toMatch(/^No violation/)
    expect(isRight).toBe(true)
    expect(report.commits).toBeGreaterThan(5)
  } finally {
    await server.stop()
  }
})

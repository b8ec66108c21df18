// docs/examples/postgres on the server that the run of tests shares.
import { expect, it } from 'vitest'
import { shop } from '../../docs/examples/postgres/shop.ts'
import { startServer } from '../../docs/examples/postgres/server.ts'
import { ask } from '../postgres/shared.mjs'
import { useDatabase } from '../support/postgres.ts'

const url = useDatabase()

const order = (id: string, total: number) => ({
  id,
  customer_id: 'VINET',
  status: 'confirmed',
  lines: 1,
  total,
})

it('shows the orders that it takes, once however often it runs', async () => {
  const before = process.env['DATABASE_URL']
  process.env['DATABASE_URL'] = url()
  const server = await startServer('unused')
  if (before === undefined) delete process.env['DATABASE_URL']
  else process.env['DATABASE_URL'] = before
  for (let i = 0; i < 2; i++) {
    expect(await shop(server.url)).toStrictEqual({
      rows: [order('10248', 16_800), order('10249', 12_600)],
    })
  }
  expect(
    await ask(url(), 'select count(*)::int as n from decider_shop.decider_events'),
  ).toStrictEqual([{ n: 6 }])
  await server.stop()
})

it('says why nothing was stored', async () => {
  expect(await shop('postgres://user:secret@127.0.0.1:1/shop')).toMatchObject({
    failure: expect.stringContaining('connection refused') as string,
  })
})

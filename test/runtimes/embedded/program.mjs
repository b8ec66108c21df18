// A program on the built package, the same in every runtime: program.mjs <what> <directory>. Prints
// what it found, as JSON.
import { PGlite } from '@electric-sql/pglite'
import { orderDecider } from 'decider-ts/order'
import { orderEventCodec } from 'decider-ts/order/codec'
import { commandHandler, immediate } from 'decider-ts/shell/CommandHandler'
import { withCodec } from 'decider-ts/store/Encoded'
import { openPGlite } from 'decider-ts/store/PGlite'
import { createSchema, sqlStore } from 'decider-ts/store/Sql'

const decider = orderDecider()

const [what, directory] = process.argv.slice(2)

const rightOf = (result) => {
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left))
  return result.right
}

const request = (commitId, ...commands) => ({
  stream: 'order-1',
  commitId,
  commands,
  occurredAt: 0,
})

/** An order with two lines; a writer that believes what is no longer so; the same commit again. */
const write = async (encoded) => {
  const store = withCodec(orderEventCodec)(encoded)
  const handle = commandHandler({ decider, store, retry: immediate(5) })
  const create = request('c1', { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' })
  const line = (productId) =>
    request(`line-${productId}`, {
      type: 'AddLine',
      productId,
      quantity: 1,
      unitPrice: 1_400,
      discount: 0,
    })
  rightOf(await handle(create)())
  // both at once: one of them is decided anew
  const both = await Promise.all([handle(line('11'))(), handle(line('42'))()])
  const versions = both.map((outcome) => rightOf(outcome).version).sort()
  const conflict = await store.append({
    stream: 'order-1',
    expected: { type: 'NoStream' },
    commitId: 'late',
    events: [{ occurredAt: 0, event: { type: 'OrderCreated', customerId: 'X', currency: 'USD' } }],
  })()
  const again = rightOf(await handle(create)())
  return { versions, conflict: conflict.left, again: again.version }
}

const read = async (encoded) => {
  const events = rightOf(await withCodec(orderEventCodec)(encoded).load('order-1')())
  return {
    versions: events.map(({ version }) => version),
    types: events.map(({ event }) => event.type),
  }
}

/** The directory, for as long as something is done with it. */
const inDirectory = async (use) => {
  const opened = await openPGlite(directory)()
  if (opened._tag === 'Left') return { failure: opened.left }
  const result = await use(opened.right.store)
  await opened.right.close()
  return result
}

const programs = {
  memory: async () => {
    const client = await PGlite.create()
    rightOf(await createSchema(client)())
    const result = { ...(await write(sqlStore(client))), ...(await read(sqlStore(client))) }
    await client.close()
    return result
  },
  write: () => inDirectory(write),
  read: () => inDirectory(read),
  // keeps the directory until it is killed
  hold: () =>
    inDirectory(async () => {
      console.log(JSON.stringify({ pid: process.pid }))
      await new Promise((resolve) => setTimeout(resolve, 600_000))
    }),
}
console.log(JSON.stringify(await programs[what]()))
process.exit()

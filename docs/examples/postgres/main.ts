// Starts a server, opens the shop there, and shows its table.
import { query, shop } from './shop.ts'
import { startServer } from './server.ts'

const server = await startServer('.data/postgres')
try {
  const shown = await shop(server.url)
  if ('failure' in shown) {
    console.error(shown.failure)
    process.exitCode = 1
  } else {
    console.log(`${query};`)
    console.table(shown.rows)
  }
} finally {
  await server.stop()
}

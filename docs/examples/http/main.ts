// Serves orders on port 3000, or on the one in PORT, until it is told to stop.
import { closeServer, toRequestListener } from 'decider-ts/embed/Node'
import { createServer } from 'node:http'
import { newStore, orders } from './orders.ts'

const port = Number(process.env['PORT'] ?? 3000)
const server = createServer(toRequestListener(orders(newStore())))
server.listen(port, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${port}/orders/10248`)
})
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void closeServer(server)())

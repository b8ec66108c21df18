// Serves orders on port 3000, or on the one in PORT, until it is told to stop. The tokens are for trying
// it out.
import { closeServer, toRequestListener } from 'decider-ts/embed/Node'
import { createServer } from 'node:http'
import { newStore, orders, type Tokens } from './orders.ts'

const tokens: Tokens = new Map([
  ['token-of-nancy', { role: 'Office', name: 'nancy' }],
  ['token-of-vinet', { role: 'Customer', name: 'VINET' }],
])
const port = Number(process.env['PORT'] ?? 3000)
const server = createServer(toRequestListener(orders(newStore(), tokens)))
server.listen(port, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${port}/orders/order-VINET-10248`)
})
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void closeServer(server)())

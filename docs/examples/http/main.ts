// Serves orders on port 3000, or on the one in PORT.
import { createServer } from 'node:http'
import { listener } from './bridge.ts'
import { newStore, orders } from './orders.ts'

const port = Number(process.env['PORT'] ?? 3000)
createServer(listener(orders(newStore()))).listen(port, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${port}/orders/10248`)
})

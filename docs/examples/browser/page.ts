// Orders that live in the browser: no server, and they are there again after a reload.
import type { OrderCommand, OrderRow, OrderTable } from 'decider-ts/order'
import { allRows, Orders as OrdersView } from 'decider-ts/order'
import type { CommandRequest } from 'decider-ts/shell/CommandHandler'
import type { Checkpoint } from 'decider-ts/shell/Projector'
import { catchUp } from 'decider-ts/shell/Projector'
import type { Orders } from './database.ts'
import { openOrders } from './database.ts'

const element = (id: string): HTMLElement => document.getElementById(id) ?? document.body

const say = (text: string): void => {
  element('message').textContent = text
}

const money = (cents: number): string => (cents / 100).toFixed(2)

const cells = ({ id, customerId, status, total }: OrderRow): HTMLTableRowElement => {
  const row = document.createElement('tr')
  for (const text of [id, customerId, status, money(total)]) {
    row.insertCell().textContent = text
  }
  return row
}

const draw = (table: OrderTable<OrderRow>): void => {
  const rows = allRows(table)
  element('rows').replaceChildren(...rows.map(cells))
  element('count').textContent = String(rows.length)
  element('total').textContent = money(rows.reduce((sum, { total }) => sum + total, 0))
}

const start = async (orders: Orders): Promise<void> => {
  // other tabs say here that there is something new
  const news = new BroadcastChannel('orders')
  let seen: Checkpoint<OrderTable<OrderRow>> = { position: 0, state: OrdersView.initialState }
  const refresh = async (): Promise<void> => {
    const read = await catchUp(orders.store, OrdersView)(seen)()
    if (read._tag === 'Left') return say(`can't read: ${read.left.type}`)
    if (read.right.position >= seen.position) seen = read.right
    draw(seen.state)
  }
  const send = async (requests: ReadonlyArray<CommandRequest<OrderCommand>>): Promise<void> => {
    for (const [i, request] of requests.entries()) {
      say(`${i + 1} of ${requests.length} …`)
      const outcome = await orders.handle(request)()
      if (outcome._tag === 'Left') return say(`not done: ${outcome.left.type}`)
    }
    await refresh()
    news.postMessage('changed')
    say('done')
  }
  news.onmessage = () => void refresh()
  element('sample').onclick = async () => send(await (await fetch('./sample.json')).json())
  element('order').onclick = () => send([newOrder()])
  await refresh()
  say('ready')
}

const newOrder = (): CommandRequest<OrderCommand> => ({
  stream: crypto.randomUUID().slice(0, 8),
  commitId: crypto.randomUUID(),
  commands: [
    { type: 'CreateOrder', customerId: 'YOU', currency: 'USD' },
    { type: 'AddLine', productId: '11', quantity: 1, unitPrice: 1_400, discount: 0 },
    { type: 'ChangeStatus', newStatus: 'confirmed' },
  ],
})

const dataDir = new URLSearchParams(location.search).get('data') ?? 'opfs-ahp://orders'
const opened = await openOrders(dataDir)()
if (opened._tag === 'Right') await start(opened.right)
else say(`no database: ${String(opened.left.cause)}`)

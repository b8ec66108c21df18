// What somebody writes by hand who knows the tables of orders: a loop that reads the log, folds a batch and upserts it, in
// one transaction with its checkpoint. It has the domain's own functions, no codec and no checks; it takes for granted
// that it runs alone, that every event is one that it knows, and that nothing ever fails.
import { orderState } from '../../../dist/order/index.js'
import { changesOf } from '../../../dist/order/ReadModels.js'

const time = (instant) => new Date(Number(instant)).toISOString()

/** What a batch changes. */
const fold = (events, states) => {
  const changes = {
    orders: new Map(),
    lines: new Map(),
    removed: new Map(),
    history: [],
    totals: new Map(),
  }
  for (const { position, stream, data: event, occurred_at, recorded_at, actor } of events) {
    const before = states.get(stream) ?? orderState.initialState
    const after = orderState.evolve(before, event)
    states.set(stream, after)
    changes.history.push({
      id: position,
      part: 0,
      order_id: stream,
      event: event.type,
      occurred_at: time(occurred_at),
      recorded_at: time(recorded_at),
      actor,
      changes: JSON.stringify(
        changesOf(before, after).map((change) => ({
          path: change.path,
          ...(change.before._tag === 'Some' ? { before: change.before.value } : {}),
          ...(change.after._tag === 'Some' ? { after: change.after.value } : {}),
        })),
      ),
    })
    if (after === before) continue
    foldOrder(changes, stream, after, time(occurred_at))
    if ('productId' in event) foldLine(changes, stream, event.productId, after, position)
    count(changes.totals, before, -1)
    count(changes.totals, after, 1)
  }
  return changes
}

const foldOrder = ({ orders }, id, after, now) => {
  const { customerId, currency, status, lines, subtotal, shipping, tax, total } = after
  const created_at = orders.get(id)?.created_at ?? now
  const sums = { lines: lines.length, subtotal, shipping, tax, total }
  const row = {
    id,
    customer_id: customerId,
    currency,
    status,
    ...sums,
    created_at,
    updated_at: now,
  }
  orders.set(id, row)
}

const foldLine = ({ lines, removed }, order_id, product_id, after, position) => {
  const key = `${order_id} ${product_id}`
  const line = after.lines.find(({ productId }) => productId === product_id)
  if (line === undefined) {
    lines.delete(key)
    removed.set(key, { order_id, product_id })
    return
  }
  const { quantity, unitPrice: unit_price, discount, total } = line
  const added_at = lines.get(key)?.added_at ?? position
  lines.set(key, { order_id, product_id, quantity, unit_price, discount, total, added_at })
}

const count = (totals, state, by) => {
  if (state.type === 'NoOrder') return
  const { status, currency } = state
  const key = `${status} ${currency}`
  const sum = totals.get(key) ?? { status, currency, orders: 0, total: 0 }
  totals.set(key, { ...sum, orders: sum.orders + by, total: sum.total + by * state.total })
}

const statements = (at) => ({
  checkpoint: `update ${at}.checkpoint set position = $1`,
  states: `select stream, state from ${at}.orders__states where stream = any($1)`,
  orders: `insert into ${at}.orders select * from json_populate_recordset(null::${at}.orders, $1)
    on conflict (id) do update set status = excluded.status, lines = excluded.lines, subtotal = excluded.subtotal,
      shipping = excluded.shipping, tax = excluded.tax, total = excluded.total, updated_at = excluded.updated_at`,
  removed: `delete from ${at}.order_lines l using json_populate_recordset(null::${at}.order_lines, $1) r
    where l.order_id = r.order_id and l.product_id = r.product_id`,
  lines: `insert into ${at}.order_lines select * from json_populate_recordset(null::${at}.order_lines, $1)
    on conflict (order_id, product_id) do update set quantity = excluded.quantity, unit_price = excluded.unit_price,
      discount = excluded.discount, total = excluded.total`,
  history: `insert into ${at}.orders_history (id, part, order_id, event, occurred_at, recorded_at, actor, changes)
    select id, part, order_id, event, occurred_at, recorded_at, actor, changes::json
      from json_to_recordset($1) as h (id bigint, part bigint, order_id text, event text,
        occurred_at timestamptz, recorded_at timestamptz, actor text, changes text)`,
  totals: `insert into ${at}.totals_by_status as t select * from json_populate_recordset(null::${at}.totals_by_status, $1)
    on conflict (status, currency) do update set orders = t.orders + excluded.orders, total = t.total + excluded.total`,
  noTotals: `delete from ${at}.totals_by_status where orders = 0`,
  newStates: `insert into ${at}.orders__states select stream, state::json
      from json_to_recordset($1) as s (stream text, state text)
    on conflict (stream) do update set state = excluded.state`,
})

/** Applies one batch. */
const apply = async (client, text, events) => {
  const streams = [...new Set(events.map(({ stream }) => stream))]
  const ask = (name, rows) =>
    rows.length === 0 ? undefined : client.query(text[name], [JSON.stringify(rows)])
  await client.query('begin')
  await client.query(text.checkpoint, [events.at(-1).position])
  const { rows } = await client.query(text.states, [streams])
  const states = new Map(rows.map(({ stream, state }) => [stream, state]))
  const { orders, lines, removed, history, totals } = fold(events, states)
  await ask('orders', [...orders.values()])
  await ask('removed', [...removed.values()])
  await ask('lines', [...lines.values()])
  await ask('history', history)
  await ask('totals', [...totals.values()])
  await client.query(text.noTotals)
  await ask(
    'newStates',
    streams.map((stream) => ({ stream, state: JSON.stringify(states.get(stream)) })),
  )
  await client.query('commit')
}

/** Brings the tables of a schema up to date with a log, in transactions of so many events, up to so many in all. */
export const handWritten = async (client, { log, at, size, most = Infinity }) => {
  const text = statements(at)
  const page = `select position, stream, data, occurred_at, recorded_at, actor from ${log}.decider_events
    where position > $1 order by position limit 1000`
  for (let position = 0; position < most;) {
    const { rows } = await client.query(page, [position])
    if (rows.length === 0) return
    for (let i = 0; i < rows.length; i += size) await apply(client, text, rows.slice(i, i + size))
    position = Number(rows.at(-1).position)
  }
}

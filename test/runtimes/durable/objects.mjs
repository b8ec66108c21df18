// The worker of docs/examples/durable-object in workerd: asked over HTTP, ended in the middle, and
// started again over what it has left.
import assert from 'node:assert'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { bundle, start } from '../worker.mjs'

const worker = join(import.meta.dirname, '../../../docs/examples/durable-object/worker.ts')
const classes = { ORDERS: 'OrderObject', WAREHOUSES: 'WarehouseObject' }
const script = await bundle(worker)
const evicting = await bundle(join(import.meta.dirname, 'evicted.mjs'))

/** The workerd processes that this process has started and that are still there. */
const children = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        const [command = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
        return state !== 'Z' && Number(parent) === process.pid && command.endsWith('/bin/workerd')
      } catch {
        return false // it has ended since
      }
    })
    .map(Number)

/** A run of the worker over a directory. */
const open = async (directory, program) => {
  const bindings = { PAUSE: '100', TOKENS: '{ "token-of-ann": "ann" }' }
  const headers = { authorization: 'Bearer token-of-ann' }
  const miniflare = await start(program, classes, { durableObjectsPersist: directory, bindings })
  const request = async (path, init) =>
    (await miniflare.dispatchFetch(`http://localhost/${path}`, { headers, ...init })).json()
  let gone
  const end = () => (gone ??= miniflare.dispose())
  return {
    get: (path) => request(path),
    post: (path, body) => request(path, { method: 'POST', body: JSON.stringify(body) }),
    end,
    /** Without a goodbye, after which miniflare has nobody to say its own to. */
    kill: async () => {
      const pids = children()
      assert.strictEqual(pids.length, 1)
      process.kill(pids[0], 'SIGKILL')
      await end().catch(() => undefined)
    },
  }
}

/** A test with a directory of its own, and whatever it has opened ended. */
const over = (name, body, program = script) => ({
  name: `Durable Objects: ${name}`,
  body: async () => {
    const directory = await mkdtemp(join(tmpdir(), 'decider-ts-'))
    const opened = []
    try {
      await body(async () => {
        const run = await open(directory, program)
        opened.push(run)
        return run
      })
    } finally {
      for (const { end } of opened) await end().catch(() => undefined)
      await rm(directory, { recursive: true, force: true })
    }
  },
})

const create = { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }
const other = { type: 'CreateOrder', customerId: 'TOMSP', currency: 'USD' }
const line = (n) => ({
  type: 'AddLine',
  productId: `p${n}`,
  quantity: 1,
  unitPrice: n,
  discount: 0,
})
const move = (newStatus) => ({ type: 'ChangeStatus', newStatus })
const paid = [create, line(1), move('confirmed'), move('paid')]

/** Asks until the answer is as it should be, or ten seconds are over. */
const eventually = async (ask, isRight) => {
  for (let left = 100; ; left--) {
    const answer = await ask()
    if (isRight(answer)) return answer
    assert.ok(left > 0, `never came: ${JSON.stringify(answer)}`)
    await after(100)
  }
}

const commands = over('commands in, events or a rejection out', async (run) => {
  const { get, post } = await run()
  // who asks and when is not for the body to say
  const forged = { actor: 'bob', occurredAt: 0 }
  const created = await post('orders/a', { commitId: '1', commands: [create], ...forged })
  assert.strictEqual(created.type, 'Accepted')
  assert.strictEqual(created.version, 1)
  assert.deepStrictEqual(created.events[0].actor, { _tag: 'Some', value: 'ann' })
  assert.notStrictEqual(created.events[0].occurredAt, 0)
  for (const command of [move('shipped'), { type: 'Ship', order: 'a' }]) {
    const closed = await post('orders/a', { commitId: '0', commands: [command] })
    assert.deepStrictEqual(closed, { status: 403 })
  }
  assert.deepStrictEqual(created.events[0].event.data, {
    type: 'OrderCreated',
    customerId: 'VINET',
    currency: 'USD',
  })
  const added = await post('orders/a', { commitId: '2', commands: [line(1), line(2)] })
  assert.strictEqual(added.version, 3)
  // the same request again: the first outcome, and nothing is written
  assert.deepStrictEqual(await post('orders/a', { commitId: '1', commands: [create] }), created)
  const refused = await post('orders/a', { commitId: '3', commands: [line(3), other] })
  assert.deepStrictEqual(
    { ...refused, rejection: refused.rejection.type },
    { type: 'Rejected', version: 3, index: 1, rejection: 'OrderAlreadyExists' },
  )
  const invalid = await post('orders/a', { commitId: '3', commands: [{ type: 'Delete' }] })
  assert.strictEqual(invalid.type, 'Invalid')
  assert.strictEqual((await get('orders/a')).version, 3)
  assert.deepStrictEqual(await get('orders/b').then(({ version }) => version), 0)
})

const history = over('history and time travel', async (run) => {
  const { get, post } = await run()
  const answers = []
  for (const [i, command] of [create, line(1), line(2)].entries()) {
    answers.push(await post('orders/a', { commitId: `${i}`, commands: [command] }))
    await after(20)
  }
  const told = await get('orders/a/history')
  assert.deepStrictEqual(
    told.events,
    answers.flatMap(({ events }) => events),
  )
  for (const { version, state, events } of answers) {
    const wanted = { type: 'State', version, state }
    assert.deepStrictEqual(await get(`orders/a/at/${version}`), wanted)
    assert.deepStrictEqual(await get(`orders/a/as-of/${events[0].recordedAt}`), wanted)
  }
  assert.deepStrictEqual(await get('orders/a/at/0').then(({ state }) => state.type), 'NoOrder')
  assert.deepStrictEqual(await get('orders/a/at/4'), {
    type: 'NoSuchVersion',
    version: 4,
    last: 3,
  })
  assert.strictEqual((await get('orders/a/at/x')).type, 'Invalid')
})

const restart = over('ended and started again, everything is there', async (run) => {
  const one = await run()
  const requests = [create, line(1), line(2)].map((command, i) => ({
    commitId: `${i}`,
    commands: [command],
  }))
  const answers = []
  for (const request of requests) answers.push(await one.post('orders/a', request))
  const before = [await one.get('orders/a'), await one.get('orders/a/history')]
  await one.end()
  const other = await run()
  assert.deepStrictEqual([await other.get('orders/a'), await other.get('orders/a/history')], before)
  for (const [i, request] of requests.entries()) {
    assert.deepStrictEqual(await other.post('orders/a', request), answers[i])
  }
  const next = await other.post('orders/a', { commitId: '9', commands: [line(3)] })
  assert.strictEqual(next.version, 4)
})

const names = ['a', 'b', 'c']

/** Adds lines to each of the orders, one after another, until one is not answered, or it is enough. */
const stream = async (post, round, sent, enough = () => false) => {
  const one = async (name) => {
    for (let n = 0; !enough(); n++) {
      const commitId = `${round}/${n}`
      const commands = n === 0 && round === 0 ? [create, line(1)] : [line(round * 10_000 + n + 2)]
      const entry = { name, request: { commitId, commands }, answer: undefined }
      sent.push(entry)
      entry.answer = await post(`orders/${name}`, entry.request)
    }
  }
  await Promise.allSettled(names.map(one))
}

const checked = async ({ get, post }, sent) => {
  for (const name of names) {
    const { events } = await get(`orders/${name}/history`)
    assert.deepStrictEqual(
      events.map(({ version }) => version),
      events.map((_, i) => i + 1),
    )
    for (const { request, answer } of sent.filter((entry) => entry.name === name)) {
      const stored = events.filter(({ commitId }) => commitId === request.commitId)
      // nothing acknowledged is lost; what was not is there in whole or not at all
      if (answer !== undefined) assert.deepStrictEqual({ ...answer, events: stored }, answer)
      else assert.ok(stored.length === 0 || stored.length === request.commands.length)
    }
  }
  for (const entry of sent) {
    const again = await post(`orders/${entry.name}`, entry.request)
    assert.strictEqual(again.type, 'Accepted')
    if (entry.answer !== undefined) assert.deepStrictEqual(again, entry.answer)
    entry.answer = again
  }
}

const killed = over(
  'killed in the middle of commands, nothing acknowledged is lost',
  async (run) => {
    const sent = []
    let acknowledged = 0
    let now = await run()
    for (let round = 0; round < 5; round++) {
      const streaming = stream(now.post, round, sent)
      await after(150 + Math.random() * 300)
      now.kill()
      await streaming
      await now.end()
      acknowledged = sent.filter(({ answer }) => answer !== undefined).length
      assert.ok(sent.length > acknowledged, 'it was killed too late')
      now = await run()
      await checked(now, sent)
    }
    assert.ok(acknowledged > 50, `no more than ${acknowledged} were acknowledged`)
  },
)

const evicted = over(
  'thrown out of memory in the middle of commands, nothing acknowledged is lost',
  async (run) => {
    const sent = []
    let unanswered = 0
    const now = await run()
    // a command may be over before its object goes, and the next one come after
    for (let round = 0; round < 5 || (unanswered === 0 && round < 50); round++) {
      let over = false
      const streaming = stream(now.post, round, sent, () => over)
      await after(100 + Math.random() * 100)
      for (const name of names) {
        assert.deepStrictEqual(await now.get(`evict/${name}`), { failed: 'evicted' })
      }
      await after(50)
      over = true
      await streaming
      unanswered += sent.filter(({ answer }) => answer === undefined).length
      await checked(now, sent)
    }
    assert.ok(unanswered > 0, 'no command was under way')
  },
  evicting,
)

const alarmEvicted = over(
  'an alarm outlives the object in memory',
  async (run) => {
    const { get, post } = await run()
    await post('warehouses/main', { commitId: 'close', commands: [{ type: 'Close' }] })
    await post('orders/a', { commitId: '1', commands: paid })
    await get('evict/a')
    await post('warehouses/main', { commitId: 'open', commands: [{ type: 'Open' }] })
    const { state } = await eventually(
      () => get('warehouses/main'),
      ({ state: { shipped } }) => shipped.length > 0,
    )
    assert.strictEqual(state.shipped.length, 1)
    await eventually(
      () => get('orders/a'),
      ({ state: { status } }) => status === 'shipped',
    )
  },
  evicting,
)

const alarms = over('what has to follow does, once it can', async (run) => {
  const { get, post } = await run()
  await post('orders/a', { commitId: '1', commands: paid })
  await eventually(
    () => get('orders/a'),
    ({ state }) => state.status === 'shipped',
  )
  await post('warehouses/main', { commitId: 'close', commands: [{ type: 'Close' }] })
  await post('orders/b', { commitId: '1', commands: paid })
  await after(500)
  assert.strictEqual((await get('orders/b')).state.status, 'paid')
  await post('warehouses/main', { commitId: 'open', commands: [{ type: 'Open' }] })
  const { state } = await eventually(
    () => get('orders/b'),
    ({ state: { status } }) => status === 'shipped',
  )
  assert.strictEqual(state.status, 'shipped')
  assert.strictEqual((await get('warehouses/main')).state.shipped.length, 2)
})

const alarmsKilled = over(
  'an alarm outlives the process, and rings without a request',
  async (run) => {
    const one = await run()
    await one.post('warehouses/main', { commitId: 'close', commands: [{ type: 'Close' }] })
    await one.post('orders/a', { commitId: '1', commands: paid })
    await after(300)
    one.kill()
    await one.end()
    const other = await run()
    await other.post('warehouses/main', { commitId: 'open', commands: [{ type: 'Open' }] })
    // only the warehouse is asked: the order has to wake up by itself
    const { state } = await eventually(
      () => other.get('warehouses/main'),
      ({ state: { shipped } }) => shipped.length > 0,
    )
    assert.strictEqual(state.shipped.length, 1)
    await eventually(
      () => other.get('orders/a'),
      ({ state: { status } }) => status === 'shipped',
    )
  },
)

const tests = [commands, history, restart, killed, evicted, alarms, alarmsKilled, alarmEvicted]

/** The name of each test, with the reason why it failed, or null. */
export const objects = async () => {
  const results = []
  for (const { name, body } of tests) {
    const begun = performance.now()
    try {
      await body()
      results.push({ name, error: null, ms: performance.now() - begun })
    } catch (error) {
      results.push({ name, error: error.stack, ms: performance.now() - begun })
    }
  }
  return results
}

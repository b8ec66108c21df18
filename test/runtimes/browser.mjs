// The SQL store in Chromium: the page of docs/examples/browser before and after a reload, and tabs that
// write to one order, the leading one of which is closed in the middle.
import assert from 'node:assert'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { allRows, orderDecider, Orders } from '../../dist/order/index.js'
import { orderEventCodec } from '../../dist/order/codec.js'
import { commandHandler, immediate } from '../../dist/shell/CommandHandler.js'
import { catchUp } from '../../dist/shell/Projector.js'
import { withCodec } from '../../dist/store/Encoded.js'
import { memoryStore } from '../../dist/store/Memory.js'
import { buildPage, sample } from '../../docs/examples/browser/build.mjs'
import { serve } from '../../docs/examples/browser/serve.mjs'
import { check, checks } from './checks.mjs'
import { inTabs } from './runtimes.mjs'

const decider = orderDecider()

const patience = 300_000

/** What the page has to show once these requests are stored. */
const expected = async (requests) => {
  const store = withCodec(orderEventCodec)(memoryStore())
  const handle = commandHandler({ decider, store, retry: immediate(1) })
  for (const request of requests) assert.strictEqual((await handle(request)())._tag, 'Right')
  const { right } = await catchUp(store, Orders)({ position: 0, state: Orders.initialState })()
  const rows = allRows(right.state).map(({ id, customerId, status, total }) =>
    [id, customerId, status, (total / 100).toFixed(2)].join(' '),
  )
  const total = allRows(right.state).reduce((sum, row) => sum + row.total, 0)
  return { count: String(rows.length), total: (total / 100).toFixed(2), rows }
}

const shown = (page) =>
  page.evaluate(() => ({
    count: document.getElementById('count').textContent,
    total: document.getElementById('total').textContent,
    rows: [...document.querySelectorAll('#rows tr')].map((row) =>
      [...row.cells].map((cell) => cell.textContent).join(' '),
    ),
  }))

const says = (page, text) =>
  page.waitForFunction(
    (wanted) => document.getElementById('message').textContent === wanted,
    text,
    { timeout: patience },
  )

/** The page brings its sample, and shows the same after a reload and in a second tab. */
const reloads = async (context, url, dataDir, requests) => {
  const orders = new Set(requests.map(({ stream }) => stream)).size
  const wanted = await expected(requests)
  const page = await context.newPage()
  await page.route('**/sample.json', (route) => route.fulfill({ json: requests }))
  const address = `${url}?data=${encodeURIComponent(dataDir)}`
  await check(`${dataDir}: a page imports ${orders} orders`, async () => {
    await page.goto(address)
    await says(page, 'ready')
    await page.click('#sample')
    await says(page, 'done')
    assert.deepStrictEqual(await shown(page), wanted)
  })
  await check(`${dataDir}: they are there after a reload, with the same figures`, async () => {
    await page.reload()
    await says(page, 'ready')
    assert.deepStrictEqual(await shown(page), wanted)
  })
  await check(`${dataDir}: sent once more, they change nothing`, async () => {
    await page.click('#sample')
    await says(page, 'done')
    assert.deepStrictEqual(await shown(page), wanted)
  })
  await check(`${dataDir}: another tab sees them, and hears of a new one`, async () => {
    const other = await context.newPage()
    await other.goto(address)
    await says(other, 'ready')
    assert.deepStrictEqual(await shown(other), wanted)
    await page.click('#order')
    const more = String(orders + 1)
    await other.waitForFunction(
      (count) => document.getElementById('count').textContent === count,
      more,
      { timeout: patience },
    )
    await other.close()
  })
  await page.close()
}

const requestOf = (stream, commitId, command) => ({
  stream,
  commitId,
  occurredAt: 0,
  commands: [command],
})

/** The tab is there when its database is open. */
const tabOf = async (context, url, dataDir, acknowledged) => {
  const page = await context.newPage()
  await page.exposeFunction('acknowledge', (commitId) => void acknowledged.add(commitId))
  await page.goto(`${url}tab.html?data=${encodeURIComponent(dataDir)}`)
  await page.waitForFunction('globalThis.tab')
  await page.evaluate('tab.then(() => undefined)')
  return page
}

const send = (page, requests) =>
  page.evaluate(async (all) => (await globalThis.tab).send(all), requests)
const historyOf = (page, stream) =>
  page.evaluate(async (name) => (await globalThis.tab).history(name), stream)
const leads = (page) => page.evaluate(async () => (await globalThis.tab).isLeader())

/** Which of the tabs lead, once one of them does: a tab hears of it a moment after it is there. */
const leading = async (tabs) => {
  const end = Date.now() + patience
  for (;;) {
    const all = await Promise.all(tabs.map(leads))
    if (all.includes(true) || Date.now() > end) return all
    await after(20)
  }
}

/** The versions are 1, 2, 3, …, each commit is there once, and so is all that was acknowledged. */
const keepsTheLaw = (history, acknowledged) => {
  assert.deepStrictEqual(
    history.map(({ version }) => version),
    history.map((_, i) => i + 1),
  )
  const ids = history.map(({ commitId }) => commitId)
  assert.strictEqual(new Set(ids).size, ids.length, 'a commit id stands there twice')
  const lost = [...acknowledged].filter((commitId) => !ids.includes(commitId))
  assert.deepStrictEqual(lost, [])
}

const lines = (stream, tab, howMany) =>
  Array.from({ length: howMany }, (_, i) => {
    const productId = `${tab}-${i}`
    const line = { type: 'AddLine', productId, quantity: 1, unitPrice: 100, discount: 0 }
    return requestOf(stream, `${stream}:${productId}`, line)
  })

const create = (stream) =>
  requestOf(stream, `${stream}:create`, {
    type: 'CreateOrder',
    customerId: 'VINET',
    currency: 'USD',
  })

/** Both tabs send so many commands to one order at the same time. */
const races = async (context, url, dataDir, each) => {
  const acknowledged = new Set()
  const tabs = []
  await check(`${dataDir}: of two tabs one leads`, async () => {
    for (let i = 0; i < 2; i++) tabs.push(await tabOf(context, url, dataDir, acknowledged))
    assert.deepStrictEqual(await leading(tabs), [true, false])
  })
  const [first, second] = tabs
  await check(`${dataDir}: ${2 * each} commands of two tabs at once, versions 1..n`, async () => {
    await send(first, [create('raced')])
    const answers = await Promise.all(
      tabs.map((page, i) => send(page, lines('raced', `tab-${i}`, each))),
    )
    assert.deepStrictEqual(answers, [{ done: each }, { done: each }])
    for (const page of tabs) {
      const history = await historyOf(page, 'raced')
      assert.strictEqual(history.length, 2 * each + 1)
      keepsTheLaw(history, acknowledged)
    }
  })
  await check(`${dataDir}: the leading tab is closed in the middle`, async () => {
    acknowledged.clear()
    await send(first, [create('closed')])
    // more than are stored together, so that there is a middle
    const lost = send(first, lines('closed', 'tab-0', 300)).catch(() => 'closed')
    const kept = send(second, lines('closed', 'tab-1', each))
    while (acknowledged.size < 1 + each / 2) await new Promise((resolve) => setTimeout(resolve, 5))
    await first.close()
    assert.strictEqual(await lost, 'closed', 'it was closed too late to be in the middle')
    assert.deepStrictEqual(await kept, { done: each })
    assert.deepStrictEqual(await leading([second]), [true])
    keepsTheLaw(await historyOf(second, 'closed'), acknowledged)
  })
  await check(`${dataDir}: a tab that is opened later finds all of it`, async () => {
    const history = await historyOf(second, 'closed')
    await second.close()
    const third = await tabOf(context, url, dataDir, acknowledged)
    assert.deepStrictEqual(await historyOf(third, 'closed'), history)
    keepsTheLaw(history, acknowledged)
    await third.close()
  })
}

await checks(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'decider-ts-browser-'))
  try {
    await buildPage(folder, [join(import.meta.dirname, 'browser/tab.ts')])
    await writeFile(join(folder, 'tab.html'), '<script type="module" src="./tab.js"></script>')
    const { url, close } = await serve(folder)
    await inTabs(join(folder, 'profile'), async (context) => {
      await reloads(context, url, 'opfs-ahp://page', await sample(60))
      await races(context, url, 'opfs-ahp://raced', 12)
      // IndexedDB takes about a hundred times as long for a query
      await reloads(context, url, 'idb://page', await sample(6))
      await races(context, url, 'idb://raced', 4)
    })
    await close()
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 9 })
  }
})

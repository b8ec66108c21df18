// Hosts over streams in which the codec drops and splits events: versions are those of what is stored.
import { pipe } from 'fp-ts/lib/function.js'
import { right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { expect, it } from 'vitest'
import { commandCodec, eventCodec, variant } from '../../src/codec/IoTs.ts'
import { split } from '../../src/codec/EventCodec/upcast.ts'
import type { Decider } from '../../src/Decider.ts'
import { durableDecider } from '../../src/embed/DurableDecider.ts'
import { toFetchHandler } from '../../src/embed/Fetch.ts'
import { memoryStore } from '../../src/store/Memory.ts'
import { reply } from './http.ts'

type Tally = { readonly type: 'Added'; readonly n: number }
type Add = { readonly type: 'Add'; readonly n: number }

const decider: Decider<Add, number, Tally, never> = {
  initialState: 0,
  decide: ({ n }) => right([{ type: 'Added', n }]),
  evolve: (sum, { n }) => sum + n,
  isTerminal: () => false,
}
const commands = commandCodec<Add>({ Add: { n: t.number } })
const doubled = pipe(
  variant('Doubled', { n: t.number }),
  split(({ n }): ReadonlyArray<Tally> => [
    { type: 'Added', n },
    { type: 'Added', n },
  ]),
)
const events = eventCodec<Tally>(
  { Added: { n: t.number } },
  { retired: { Doubled: doubled }, dropped: ['Noted'] },
)

const stored = (type: string, data: object) => ({
  occurredAt: 0,
  event: { type, schemaVersion: 1, data: { type, ...data } },
})

/** A stream of Noted, Doubled and Noted, which is two events and at version 3. */
const engine = async () => {
  const inner = memoryStore({ now: () => 7 })
  await inner.append({
    stream: 's-1',
    expected: { type: 'NoStream' },
    commitId: 'c1',
    events: [stored('Noted', {}), stored('Doubled', { n: 2 }), stored('Noted', {})],
  })()
  return inner
}

it('over HTTP, an ETag is the version that a request may expect', async () => {
  const handle = toFetchHandler({
    decider,
    store: await engine(),
    commands,
    events,
    state: (sum) => sum,
    metadata: () => ({ occurredAt: 0 }),
    base: '/tallies',
  })
  const send = async (path: string, init?: RequestInit) =>
    reply(await handle(new Request(`http://localhost/tallies/s-1${path}`, init)))
  const got = await send('')
  expect([got.headers.get('etag'), got.body]).toMatchObject([
    expect.stringMatching(/^"3\.\d+\..+"$/),
    { version: 3, state: 4 },
  ])
  expect((await send('?version=1')).body).toMatchObject({ version: 1, state: 0 })
  expect((await send('?version=4')).status).toBe(404)
  expect((await send('/history')).body).toMatchObject({ version: 3, events: [{}, {}] })
  expect((await send('/history?after=2')).body).toMatchObject({ version: 3, events: [] })
  const post = (key: string, match: string) =>
    send('', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': `"${key}"`,
        'if-match': match,
      },
      body: JSON.stringify({ type: 'Add', n: 1, password: 'secret' }),
    })
  expect((await post('k1', '"2"')).status).toBe(412)
  const posted = await post('k2', '"3"')
  expect([posted.status, posted.headers.get('etag')]).toEqual([200, '"4.4.7.k2"'])
  expect(posted.text).not.toContain('secret')
  expect((await post('k3', '"4", "9"')).headers.get('etag')).toBe('"5.5.7.k3"')
})

it('in a Durable Object, the state stands at the version that is stored', async () => {
  const store = await engine()
  const newHost = () =>
    durableDecider({ decider, codecs: { commands, events }, stream: 's-1', store, now: () => 7 })
  const host = newHost()
  expect(await host.state()).toMatchObject({ version: 3, state: 4 })
  const added = await host.handle({ commitId: 'c2', commands: [{ type: 'Add', n: 1 }] })
  expect(added).toMatchObject({ type: 'Accepted', version: 4, state: 5 })
  await store.append({
    stream: 's-1',
    expected: { type: 'Any' },
    commitId: 'c3',
    events: [stored('Noted', {})],
  })()
  for (const each of [host, newHost()]) {
    expect(await each.state()).toMatchObject({ version: 5, state: 5 })
    expect(await each.stateAtVersion(5)).toMatchObject({ version: 5, state: 5 })
    expect(await each.stateAtVersion(6)).toMatchObject({ type: 'NoSuchVersion', last: 5 })
  }
})

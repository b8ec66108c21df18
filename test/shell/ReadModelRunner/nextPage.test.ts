// Whether what follows the tables is what followed their last event.
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { EncodedEvent } from '../../../src/codec/EventCodec.ts'
import type { Generation, ReadModelTables } from '../../../src/shell/ReadModelRunner.ts'
import type { ReadingWork } from '../../../src/shell/ReadModelRunner/nextPage.ts'
import { nextPage } from '../../../src/shell/ReadModelRunner/nextPage.ts'
import { sharedReader } from '../../../src/shell/ReadModelRunner/reader.ts'
import { slots } from '../../../src/shell/ReadModelRunner/slots.ts'
import { counting, counts, gate, useWorkshop } from '../../support/readModelRunner.ts'
import { rightOf } from '../../support/sqlReadModels.ts'

const { at, append, tablesOf, runnerOf, readingOn, restored } = useWorkshop()

/** Tables up to a position, the last event of which is that of the store. */
const tablesUpTo = async (
  position: number,
  last = position,
  skipped: Generation['skipped'] = [],
): Promise<ReadingWork<EncodedEvent>> => {
  const { events } = rightOf(await at.store.readAll(last - 1, 1)())
  const [event] = events
  const generation: Generation = {
    id: 1,
    readModel: 'counts',
    fingerprint: '',
    role: 'live',
    position,
    mark: event === undefined ? none : some(event),
    owned: true,
    epoch: 1,
    idle: none,
    stopped: none,
    skipped,
  }
  return { model: counts, generation, apart: undefined }
}

/** A reader of a store in which these events can't be decoded, and the positions after which it has read. */
const readerWithout = (...bad: ReadonlyArray<number>) => {
  const pages: Array<number> = []
  const store = readingOn()
  const readAll: typeof store.readAll =
    (after, ...asked) =>
    async () => {
      pages.push(after)
      const page = await store.readAll(after, ...asked)()
      if (page._tag === 'Left') return page
      const first = page.right.events.find(({ position }) => bad.includes(position))
      if (first === undefined) return page
      const { stream, position } = first
      return {
        _tag: 'Left',
        left: {
          type: 'UndecodableEvent',
          stream,
          version: position,
          position,
          eventType: 'Happened',
          schemaVersion: 1,
          path: 'n',
          issues: [{ path: ['n'], expected: 'a number', actual: undefined }],
        },
      }
    }
  return { pages, reader: sharedReader({ ...store, readAll }, 10, slots(1)) }
}

const positionsIn = (page: object): unknown =>
  'events' in page
    ? (page.events as ReadonlyArray<{ position: number }>).map((e) => e.position)
    : page

describe('an event that can not be decoded is in the way', () => {
  it('an idle read model reads once each time it looks', async () => {
    await append(6)
    const { pages, reader } = readerWithout(6)
    const work = await tablesUpTo(6, 5, [{ position: 6, reason: 'bad' }])
    expect(await nextPage(work, reader)).toMatchObject({ end: 6 })
    for (let i = 0; i < 3; i++) {
      reader.look()
      pages.length = 0
      expect(await nextPage(work, reader)).toMatchObject({ end: 6 })
      expect(pages).toStrictEqual([6])
    }
  })

  it('ReadModelRunner 7: what follows is compared before it is applied', async () => {
    await append(6)
    const { reader } = readerWithout(6)
    const work = await tablesUpTo(6, 5, [{ position: 6, reason: 'bad' }])
    await nextPage(work, reader)
    reader.look()
    await append(1)
    expect(positionsIn(await nextPage(work, reader))).toStrictEqual([7])
    at.store = await restored(4)
    await append(5, 'new')
    reader.look()
    expect(await nextPage(work, reader)).toMatchObject({ type: 'HistoryChanged', position: 5 })
  })

  it('ReadModelRunner 7: the last event in the tables is not compared if it is that one', async () => {
    await append(6)
    const { reader } = readerWithout(5)
    const work = await tablesUpTo(5)
    expect(positionsIn(await nextPage(work, reader))).toStrictEqual([6])
  })

  it('is told if it is the next one', async () => {
    await append(6)
    const { reader } = readerWithout(6)
    const work = await tablesUpTo(5)
    expect(await nextPage(work, reader)).toMatchObject({ type: 'PoisonEvent', position: 6 })
  })
})

it('ReadModelRunner 8: a page of a lost history that was kept is no proof', async () => {
  await append(2)
  const { reader } = readerWithout()
  await append(3, 'ghost')
  rightOf(await reader.after(0))
  at.store = await restored(2)
  await append(5, 'real')
  reader.look()
  // another process has applied the third event
  const work = await tablesUpTo(3)
  expect(positionsIn(await nextPage(work, reader))).toStrictEqual([3, 4, 5, 6, 7])
})

it('ReadModelRunner 8: nor is an older read that is answered later', async () => {
  const fragile = counting('fragile', ({ position }) => position === 8)
  await append(4)
  rightOf(await runnerOf({}, [fragile]).runOnce()())
  const more = gate()
  const older = gate()
  const answered = gate()
  const whole = at.store
  const readAll: typeof whole.readAll =
    (after, ...asked) =>
    async () => {
      if (after !== 0) {
        await more.passed
        return whole.readAll(after, ...asked)()
      }
      const page = await whole.readAll(after, ...asked)()
      await append(4)
      more.open()
      await older.passed
      return page
    }
  const tables = tablesOf()
  let calls = 0
  const apply: ReadModelTables['apply'] =
    (model, ...asked) =>
    async () => {
      if (model.name === 'others') answered.open()
      // the eighth event is looked for: the others are brought up to the fourth meanwhile
      else if (++calls === 2) {
        older.open()
        await answered.passed
      }
      return tables.apply(model, ...asked)()
    }
  const store = { ...whole, readAll }
  const models = [counting('others'), fragile]
  const runner = runnerOf({ store, tables: { ...tables, apply } }, models)
  expect(rightOf(await runner.runOnce()())).toMatchObject([
    { readModel: 'fragile', problem: some({ type: 'PoisonEvent', position: 8 }) },
    { readModel: 'others', problem: none },
  ])
})

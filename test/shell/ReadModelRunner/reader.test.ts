// The pages that the read models of a process share.
import { expect, it } from 'vitest'
import { sharedReader } from '../../../src/shell/ReadModelRunner/reader.ts'
import { slots } from '../../../src/shell/ReadModelRunner/slots.ts'
import { gate, settled, useWorkshop } from '../../support/readModelRunner.ts'
import { rightOf } from '../../support/sqlReadModels.ts'

const { at, append, readingOn, restored } = useWorkshop()

/** A reader, and the positions after which it has read. */
const watched = (pageSize: number) => {
  const pages: Array<number> = []
  const store = readingOn()
  const readAll: typeof store.readAll = (after, ...asked) => {
    pages.push(after)
    return store.readAll(after, ...asked)
  }
  return { pages, reader: sharedReader({ ...store, readAll }, pageSize, slots(3)) }
}

it('reader 1: pages are read once, and those that follow begin with the last event before them', async () => {
  await append(10)
  const { pages, reader } = watched(4)
  const first = rightOf(await reader.after(0))
  expect(first.events.map(({ position }) => position)).toStrictEqual([1, 2, 3, 4])
  for (const seen of [4, 5, 7]) {
    const { events } = rightOf(await reader.after(seen - 1, seen))
    expect(events.map(({ position }) => position)).toStrictEqual([4, 5, 6, 7, 8])
  }
  expect(pages).toStrictEqual([0, 3])
})

it('reader 3: an end of the log that was seen before the last look is read again', async () => {
  await append(2)
  const { pages, reader } = watched(4)
  rightOf(await reader.after(0))
  // it is known to be the end
  expect(rightOf(await reader.after(1, 2))).toMatchObject({ end: 2, head: 2 })
  expect(pages).toStrictEqual([0])
  reader.look()
  await append(1)
  expect(rightOf(await reader.after(1, 2))).toMatchObject({ end: 3, head: 3 })
  expect(pages).toStrictEqual([0, 1])
})

it('reader 4: the head that a page tells is not that of an older read which is answered later', async () => {
  await append(4)
  const held = gate()
  const store = readingOn()
  const readAll: typeof store.readAll =
    (after, ...asked) =>
    async () => {
      const page = await store.readAll(after, ...asked)()
      if (after === 0) await held.passed
      return page
    }
  const reader = sharedReader({ ...store, readAll }, 10, slots(3))
  const older = reader.after(0)
  await settled()
  await append(4)
  rightOf(await reader.after(3, 4))
  held.open()
  expect(rightOf(await older).head).toBe(4)
  expect(reader.head()).toBe(8)
  expect(rightOf(await reader.after(5, 6))).toMatchObject({ end: 8, head: 8 })
})

it('reader 5: pages of a history that was lost are not used again', async () => {
  await append(6)
  const { pages, reader } = watched(4)
  rightOf(await reader.after(0))
  rightOf(await reader.after(3, 4))
  at.store = await restored(2)
  reader.look()
  // the end is lower than it was
  expect(rightOf(await reader.after(5, 6))).toMatchObject({ events: [], head: 2 })
  expect(reader.head()).toBe(2)
  expect(rightOf(await reader.after(1, 2)).events).toHaveLength(1)
  expect(pages).toStrictEqual([0, 3, 5, 1])
})

it('reader 5: nor are those that are to be forgotten', async () => {
  await append(6)
  const { pages, reader } = watched(4)
  rightOf(await reader.after(0))
  reader.forget()
  rightOf(await reader.after(1, 2))
  expect(pages).toStrictEqual([0, 1])
})

it('reader 5: of two reads that overlap, the lower head is no loss', async () => {
  await append(6)
  const asked = gate()
  const answered = gate()
  const pages: Array<number> = []
  const store = readingOn()
  const readAll: typeof store.readAll =
    (after, ...more) =>
    async () => {
      pages.push(after)
      if (after === 0) await asked.passed
      const page = await store.readAll(after, ...more)()
      if (after === 3) await answered.passed
      return page
    }
  const reader = sharedReader({ ...store, readAll }, 4, slots(3))
  const first = reader.after(0)
  const second = reader.after(3, 4)
  await settled()
  // what is asked for first is read later, and answered sooner
  await append(1)
  asked.open()
  expect(rightOf(await first).head).toBe(7)
  answered.open()
  expect(rightOf(await second).head).toBe(6)
  expect(reader.head()).toBe(7)
  rightOf(await reader.after(2, 3))
  rightOf(await reader.after(4, 5))
  expect(pages).toStrictEqual([0, 3])
})

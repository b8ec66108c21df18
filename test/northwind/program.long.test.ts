// What takes long of the tests of the program: all orders twice, and runs that are killed or stopped.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { figuresAt } from './oracle.ts'
import {
  all,
  cleanUp,
  copyOf,
  empty,
  end,
  everything,
  figures,
  file,
  linesOf,
  noFiles,
  prepare,
  run,
  start,
  whole,
} from './running.ts'

beforeAll(prepare)
afterAll(cleanUp)

it('all orders stay as they are when it runs again, and nothing is new', async () => {
  const full = copyOf(empty, 'full')
  expect(await figures('--data', full)).toEqual({ ...whole, newEvents: all })
  expect(await figures('--data', full)).toEqual({ ...whole, newEvents: 0 })
  const then = await figures('--data', full, '--as-of', '1997-03-31', ...noFiles)
  expect(then).toEqual({ ...figuresAt('1997-03-31'), newEvents: 0, rejected: 0 })
})

/** How many pages of its log the database has filled, of which there were `before`. */
const pagesWritten = (database: string, before = 0): number => {
  const log = join(database, 'pg', 'pg_wal')
  const segment = readdirSync(log).find((name) => /^[0-9A-F]{24}$/.test(name)) ?? ''
  const descriptor = openSync(join(log, segment), 'r')
  const [page, blank] = [Buffer.alloc(8_192), Buffer.alloc(8_192)]
  const isFilled = (n: number): boolean =>
    readSync(descriptor, page, { position: n * page.length }) > 0 && !page.equals(blank)
  let pages = before
  while (isFilled(pages)) pages++
  closeSync(descriptor)
  return pages
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resume) => setTimeout(resume, 20))
}

describe('a run that does not come to its end', () => {
  it('killed in the middle and run again, gives the figures of an undisturbed one', async () => {
    const idOf = (row: string): string => row.slice(0, 5)
    const [kept, others] = [linesOf('orders.csv').slice(0, 401), linesOf('orders.csv').slice(401)]
    const ids = new Set(kept.map(idOf))
    const lines = linesOf('order_details.csv').filter((row) => ids.has(idOf(row)))
    const files = ['--orders', file('half.csv', kept), '--lines', file('half-lines.csv', lines)]
    const half = figuresAt(everything, others.map(idOf))
    const database = copyOf(empty, 'killed')
    const before = pagesWritten(database)
    const child = start(['--json', '--data', database, ...files])
    const ended = end(child)
    await until(() => pagesWritten(database, before) > before + 40)
    child.kill('SIGKILL')
    expect(await ended).toEqual({ code: null, out: '', err: '' })
    const after = await figures('--data', database, ...files)
    expect(after).toEqual({ ...half, newEvents: after['newEvents'], rejected: 0 })
    // some of it was stored, and some of it was not
    expect(after['newEvents']).toBeGreaterThan(0)
    expect(after['newEvents']).toBeLessThan(half.events)
  })

  it('keeps others out until it is asked to stop, and then leaves nothing behind', async () => {
    const database = copyOf(empty, 'stopped')
    const before = pagesWritten(database)
    const child = start(['--json', '--data', database])
    const ended = end(child)
    await until(() => pagesWritten(database, before) > before + 20)
    // held in the middle of its work, so that it is there for sure
    child.kill('SIGSTOP')
    const second = await run('--json', '--data', database)
    child.kill('SIGTERM')
    child.kill('SIGCONT')
    expect(second).toMatchObject({ code: 1, out: '' })
    expect(second.err).toContain(`${database} is in use by process ${child.pid} on `)
    expect(await ended).toEqual({
      code: 143,
      out: '',
      err: 'Stopping. What was imported stays; run it again to go on.\n',
    })
    const after = await figures('--data', database, ...noFiles)
    expect(after['events']).toBeLessThan(all)
  })
})

// The command line, without a process for each: what ends the process is replaced.
import { none, some } from 'fp-ts/lib/Option.js'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { readOptions } from '../../docs/examples/northwind/options.ts'

/** What is read or written where the process would end, with its exit code. */
const ended = (...args: ReadonlyArray<string>) => {
  const written: Array<string> = []
  const write = (text: unknown): boolean => written.push(String(text)) > 0
  vi.spyOn(process.stdout, 'write').mockImplementation(write)
  vi.spyOn(process.stderr, 'write').mockImplementation(write)
  const exit = new Error('the process ends')
  const exited = vi.spyOn(process, 'exit').mockImplementation(() => {
    throw exit
  })
  expect(() => readOptions(args)).toThrow(exit)
  return { code: exited.mock.calls[0]?.[0], text: written.join('') }
}
afterEach(() => {
  vi.restoreAllMocks()
})

describe('options', () => {
  it.each([
    [['--as-of', '1996-02-30'], 'Expected a date like 1997-03-31.'],
    [['--data', ''], 'Expected a name.'],
    [['--database', 'shop'], 'Expected a URL like postgres://'],
    [['--database', 'postgres://host/shop', '--data', 'x'], "cannot be used with option '--data"],
    [['--database', 'postgres://host/shop', '--take-over'], 'cannot be used with option'],
    [['--jsn'], "unknown option '--jsn'"],
    [['10248'], 'too many arguments'],
  ])('%j are refused', (args, reason) => {
    const { code, text } = ended(...args)
    expect(code).toBe(1)
    expect(text).toContain(reason)
  })

  it('--help shows examples', () => {
    const { code, text } = ended('--help')
    expect(code).toBe(0)
    expect(text).toContain('npm start --silent -- --json')
  })

  it('are read', () => {
    expect(readOptions(['--lines', 'a/b.csv', '--as-of', '1996-07-16', '--json'])).toMatchObject({
      lines: 'a/b.csv',
      products: 'a/products.csv',
      data: '.data',
      json: true,
      takeOver: false,
      asOf: some(Date.UTC(1996, 6, 16)),
      order: none,
      database: none,
    })
  })
})

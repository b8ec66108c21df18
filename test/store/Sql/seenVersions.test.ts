import { describe, expect, it } from 'vitest'
import { left, right } from 'fp-ts/lib/Either.js'
import type { Passenger } from '../../../src/store/Sql/flight.ts'
import { seenVersions } from '../../../src/store/Sql/seenVersions.ts'
import { checkCommit } from '../../../src/store/Engine.ts'
import { anyVersion, commitOf, exactly, rightOf } from '../../contract/commits.ts'

const passenger = (stream: string, expected = anyVersion): Passenger => ({
  commit: rightOf(checkCommit(commitOf(stream, stream, expected, 1))),
  data: ['1'],
  commands: null,
  root: 0,
  before: 0,
})

const storedAt = (...places: ReadonlyArray<readonly [string, number]>) =>
  right(places.map(([stream, version]) => ({ stream, version }))) as never

describe('seenVersions', () => {
  it('gives the last version of each stream that a commit wrote to', () => {
    const seen = seenVersions()
    expect(seen.of('a')).toBe(undefined)
    seen.note([passenger('a')], [storedAt(['a', 1], ['a', 2], ['b', 7])])
    expect([seen.of('a'), seen.of('b')]).toStrictEqual([2, 7])
  })

  it('notes nothing of refused commits, and of those that expected a version', () => {
    const seen = seenVersions()
    const refused = left({ type: 'StoreBusy', waiting: 1 } as const)
    seen.note([passenger('a'), passenger('b', exactly(3))], [refused, storedAt(['b', 4])])
    expect([seen.of('a'), seen.of('b')]).toStrictEqual([undefined, undefined])
  })

  it('law 2: forgets before it has more than a thousand streams', () => {
    const seen = seenVersions()
    const names = Array.from({ length: 2_500 }, (_, i) => `s-${i}`)
    for (const name of names) seen.note([passenger(name)], [storedAt([name, 1])])
    expect(seen.of('s-2499')).toBe(1)
    expect(names.filter((name) => seen.of(name) !== undefined).length).toBeLessThanOrEqual(1_000)
  })
})

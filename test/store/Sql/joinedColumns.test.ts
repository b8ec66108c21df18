import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pageInRow } from '../../../src/store/Sql/joinedColumns.ts'

/** A row as the function in the database joins it, for events that differ in these names alone. */
const rowOf = (streams: ReadonlyArray<string>, actors: ReadonlyArray<string | null>) => {
  const each = <A>(value: A) => streams.map(() => value)
  const list = (values: ReadonlyArray<unknown>) => (values.length === 0 ? null : values.join(','))
  const names = (values: ReadonlyArray<string | null>) =>
    values.length === 0 ? null : values.map((name) => name ?? '').join('","')
  return {
    o_head: '7',
    o_position: list(streams.map((_, i) => i + 1)),
    o_stream: names(streams),
    o_version: list(each(1)),
    o_commit_id: names(each('c')),
    o_type: names(each('A')),
    o_schema_version: list(each(1)),
    o_data: list(each('{"a":"\\""}')),
    o_occurred_at: list(each(0)),
    o_recorded_at: list(each(0)),
    o_actor: names(actors),
    o_correlation_id: names(each(null)),
    o_causation_id: names(each(null)),
    o_tags: list(each('null')),
  }
}

const needsEscape = (name: string | null): boolean =>
  name !== null && JSON.stringify(name) !== `"${name}"`

describe('a page in joined columns', () => {
  const part = fc.constantFrom('a', 'é', '\u2028', '', '"', '"', ',', '["', '"]', '{"', '":', '\\')
  const anyName = fc
    .array(fc.oneof(part, fc.constant('\n')), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.join(''))
    .filter((name) => name !== '')
  const rows = fc.array(fc.tuple(anyName, fc.option(anyName)), { maxLength: 4 })

  it('holds the names of its rows, or is refused because one of them has to be escaped', () =>
    fc.assert(
      fc.property(rows, (all) => {
        const streams = all.map(([stream]) => stream)
        const actors = all.map(([, actor]) => actor)
        const page = pageInRow(rowOf(streams, actors))
        if ([...streams, ...actors].some(needsEscape)) expect(page).toBeUndefined()
        else {
          expect(page?.head).toBe(7)
          expect(page?.columns).toMatchObject({ stream: streams, actor: actors })
          expect(page?.columns.data).toStrictEqual(all.map(() => ({ a: '"' })))
        }
      }),
      { numRuns: 2_000 },
    ))

  it.each([
    // as many values as rows, if arrays are counted as values
    [['a",["b', 'x', 'c"],"d']],
    [['a",1,"b']],
    [['a', 'b","c']],
    [['a\\', 'b']],
    [['a\\"', 'b']],
    [['a\tb']],
  ])('of %j is refused', (streams) => {
    expect(
      pageInRow(
        rowOf(
          streams,
          streams.map(() => null),
        ),
      ),
    ).toBeUndefined()
  })
})

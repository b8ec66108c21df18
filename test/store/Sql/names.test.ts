import type { PGlite } from '@electric-sql/pglite'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { quotedIdentifier, quotedLiteral } from '../../../src/store/internal/sqlQuotes.ts'
import { arrayText } from '../../../src/store/Sql/names.ts'
import { runs } from '../../setup.ts'
import { emptyDatabase } from '../../support/pglite.ts'

let client: PGlite

beforeAll(async () => {
  client = await emptyDatabase()
})

const text = fc.string({ unit: 'binary' }).filter((drawn) => !drawn.includes('\0'))
const delicate = fc.constantFrom('NULL', 'null', '', '{', '}', ',', '"', '\\', ' a ', '\n', "'")

it('an array that the database reads is the one that was written', async () => {
  const list = fc.array(fc.option(fc.oneof(text, delicate)))
  await fc.assert(
    fc.asyncProperty(list, async (elements) => {
      const { rows } = await client.query('select to_json($1::text::text[])::text as read', [
        arrayText(elements),
      ])
      expect(JSON.parse((rows[0] as { read: string }).read)).toStrictEqual(elements)
    }),
    { numRuns: runs(50) },
  )
  const numbers = [1, -2, null, Number.MAX_SAFE_INTEGER]
  const { rows } = await client.query('select to_json($1::text::bigint[])::text as read', [
    arrayText(numbers),
  ])
  expect(JSON.parse((rows[0] as { read: string }).read)).toStrictEqual(numbers)
})

it('a quoted name or string is read as what it was', async () => {
  for (const name of [`a"b`, `it's`, `x\\y`, `"; drop table x; --`]) {
    const { rows } = await client.query(
      `select ${quotedLiteral(name)} as ${quotedIdentifier(name)}`,
    )
    expect(rows).toStrictEqual([{ [name]: name }])
  }
})

// What a codec of a schema says of itself: its JSON Schema, and what it does not know of it.
import * as v from 'valibot'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { schemaCodec, schemaEventCodec } from '../../../src/codec/StandardSchema.ts'

const saidBy = ({ origin }: Pick<ReturnType<typeof schemaCodec>, 'origin'>) =>
  origin?.type === 'JsonSchema' ? origin.jsonSchema() : origin

it('the JSON Schema is that of the library', () => {
  expect(saidBy(schemaCodec(z.number()))).toMatchObject({
    _tag: 'Right',
    right: { type: 'number' },
  })
})

it('one that is given is taken', () => {
  const given = { type: 'integer' }
  expect(saidBy(schemaCodec(z.number(), { jsonSchema: given }))).toMatchObject({ right: given })
  expect(saidBy(schemaCodec(v.number(), { jsonSchema: given }))).toMatchObject({ right: given })
})

it('a library that writes none says so', () => {
  expect(saidBy(schemaCodec(v.number()))).toStrictEqual({
    _tag: 'Left',
    left: 'the library of its schema writes no JSON Schema, so pass one',
  })
})

it('what JSON Schema has no word for says so', () => {
  expect(saidBy(schemaCodec(z.custom<string>(() => true)))).toStrictEqual({
    _tag: 'Left',
    left: 'there is no JSON Schema of it (Error: Custom types cannot be represented in JSON Schema)',
  })
})

it('an event adds its type, and what has no fields has nothing else', () => {
  const { versions } = schemaEventCodec({ Closed: {}, Named: z.object({ name: z.string() }) })
  expect(versions?.get('Named')?.[0]?.origin).toMatchObject({ type: 'JsonSchema', tag: 'Named' })
  const [closed] = versions?.get('Closed') ?? []
  expect(closed && saidBy(closed)).toMatchObject({ right: { type: 'object', properties: {} } })
})

/**
 * The schemas of the input and the output of `toJson` that are the same for every decider.
 *
 * @since 0.1.0
 */
import type { SchemaObject, Schema } from './fromIoTs.ts'
import type { JsonAnswer, JsonInput, JsonPart } from './model.ts'

const stringSchema: Schema = { type: 'string' }
const natural: Schema = { type: 'integer', minimum: 0 }
const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` })

const taggedSchema = (type: string, fields: SchemaObject): Schema => ({
  title: type,
  type: 'object',
  properties: { type: { const: type }, ...fields },
  required: ['type', ...Object.keys(fields)],
})

const arraySchema = (items: Schema): Schema => ({ type: 'array', items })

const inputs: ReadonlyArray<JsonInput> = ['before', 'command', 'events']

const deciderParts: ReadonlyArray<JsonPart> = [
  'commands',
  'events',
  'state',
  'rejections',
  'decide',
  'evolve',
  'isTerminal',
]

const issue: Schema = {
  type: 'object',
  properties: {
    path: arraySchema({ anyOf: [stringSchema, natural] }),
    expected: stringSchema,
    message: stringSchema,
  },
  required: ['path', 'expected', 'message'],
}

type AnswerFields = { readonly [T in JsonAnswer['type']]: SchemaObject }

/** They refer to the schemas of the decider's own values. */
export const answerSchemas = (hasState: boolean): Readonly<Record<'Before' | 'Answer', Schema>> => {
  const state = hasState ? { state: ref('State') } : {}
  const end = { version: natural, isTerminal: { type: 'boolean' } }
  const answers: AnswerFields = {
    Accepted: { ...end, events: arraySchema(ref('Event')), ...state },
    Evolved: { ...end, ...state },
    Rejected: { version: natural, rejection: ref('Rejection') },
    Invalid: { input: { enum: inputs }, issues: arraySchema(issue) },
    Failed: { part: { enum: deciderParts }, reason: stringSchema },
  }
  const version = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }
  const events = taggedSchema('Events', { events: arraySchema(ref('StoredEvent')) })
  return {
    Before: { oneOf: hasState ? [events, taggedSchema('State', { version, ...state })] : [events] },
    Answer: { oneOf: Object.entries(answers).map(([type, fields]) => taggedSchema(type, fields)) },
  }
}

/**
 * The schemas of what `toJson` is told and answers, whatever the decider is.
 *
 * @since 0.1.0
 */
import type { Keywords, Schema } from './fromIoTs.ts'
import type { JsonAnswer, JsonInput, JsonPart } from './model.ts'

const text: Schema = { type: 'string' }
const whole: Schema = { type: 'integer', minimum: 0 }
const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` })

const tagged = (type: string, fields: Keywords): Schema => ({
  title: type,
  type: 'object',
  properties: { type: { const: type }, ...fields },
  required: ['type', ...Object.keys(fields)],
})

const listOf = (items: Schema): Schema => ({ type: 'array', items })

const inputs: ReadonlyArray<JsonInput> = ['before', 'command', 'events']

const functions: ReadonlyArray<JsonPart> = [
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
    path: listOf({ anyOf: [text, whole] }),
    expected: text,
    message: text,
  },
  required: ['path', 'expected', 'message'],
}

type Fields = { readonly [T in JsonAnswer['type']]: Keywords }

/** The named schemas; they refer to those of the decider's own values. */
export const answersOf = (hasState: boolean): Readonly<Record<'Before' | 'Answer', Schema>> => {
  const state = hasState ? { state: ref('State') } : {}
  const end = { version: whole, isTerminal: { type: 'boolean' } }
  const answers: Fields = {
    Accepted: { ...end, events: listOf(ref('Event')), ...state },
    Evolved: { ...end, ...state },
    Rejected: { version: whole, rejection: ref('Rejection') },
    Invalid: { input: { enum: inputs }, issues: listOf(issue) },
    Failed: { part: { enum: functions }, reason: text },
  }
  const version = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }
  const events = tagged('Events', { events: listOf(ref('StoredEvent')) })
  return {
    Before: { oneOf: hasState ? [events, tagged('State', { version, ...state })] : [events] },
    Answer: { oneOf: Object.entries(answers).map(([type, fields]) => tagged(type, fields)) },
  }
}

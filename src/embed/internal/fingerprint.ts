/**
 * A short string that is equal for two requests with the same commands from the same actor.
 *
 * Commands are compared after decoding: whitespace, the order of fields, fields that the codec drops and
 * defaults that it adds make no difference. So each command is hashed as the codec encodes it. If decoding
 * that does not return the same command (a codec that throws, loses data, or returns what JSON cannot
 * hold), it is hashed as it was sent. Different commands are never hashed from the same string.
 *
 * @since 0.1.0
 */
import type { Codec } from '../../codec/Codec.ts'
import { freeze } from '../../codec/internal/json.ts'
import { same } from '../../internal/equality.ts'

/** JSON with the fields of every object sorted. */
const canonical = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join()}}`
}

/** SHA-256, so that nobody can forge different commands with the same fingerprint. */
export const requestHash = async <C>(
  codec: Codec<C>,
  commands: ReadonlyArray<C>,
  body: unknown,
  actor: string | undefined,
): Promise<string> => {
  const sent: ReadonlyArray<unknown> = Array.isArray(body) ? body : [body]
  const meant = commands.map((command, i) => losslessData(codec, command) ?? sent[i])
  const text = canonical([actor === undefined ? [] : [actor], meant])
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The encoded command; `undefined` if decoding it does not return the same command. */
const losslessData = <C>(codec: Codec<C>, command: C): unknown => {
  try {
    const data = freeze(codec.encode(command))
    if (data._tag === 'Left') return undefined
    const again = codec.decode(data.right)
    return again._tag === 'Right' && same(again.right, command) ? data.right : undefined
  } catch {
    return undefined
  }
}

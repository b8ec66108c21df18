/**
 * What a request asks for, as a short string: two requests have the same one where they hold the same
 * commands and come from the same actor.
 *
 * A command is what its codec decodes: spaces, the order of fields, fields that the codec drops and
 * defaults that it adds make no difference. So it is written as the codec encodes it, unless that would
 * not lead back to the very command (a codec that throws, loses something or gives what JSON can't hold):
 * then it is written as it was sent. Different commands are never written alike.
 *
 * @since 0.1.0
 */
import type { Codec } from '../../codec/Codec.ts'
import { freeze } from '../../codec/internal/json.ts'
import { same } from '../../internal/equality.ts'

/** JSON text with the fields of every object in one order. */
const canonical = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join()}}`
}

/** SHA-256: nobody can make up other commands under a key that pass for those of someone else. */
export const fingerprintOf = async <C>(
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

/** The data of a command, where decoding them leads back to it. */
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

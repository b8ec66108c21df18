/**
 * What a request asks for, as a short string: two requests have the same one where they hold the same
 * commands and come from the same actor. Spaces and the order of fields make no difference.
 *
 * @internal
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'

/** JSON text with the fields of every object in one order. */
const canonical = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join()}}`
}

/** SHA-256: nobody can make up other commands under a key that pass for those of someone else. */
export const fingerprintOf = async (body: unknown, actor: Option<string>): Promise<string> => {
  const commands: unknown = Array.isArray(body) ? body : [body]
  const text = canonical([actor._tag === 'Some' ? [actor.value] : [], commands])
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

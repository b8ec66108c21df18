// What the worker lets in: who asks is told by a token, when it happened by the object's own clock, and
// what only the process should send, nobody else sends.
import type { DurableRequest } from 'decider-ts/embed/DurableDecider'

/** Who holds which token, as the variable TOKENS has it: `{ "token": "name" }`. */
export const callerOf = (tokens: string, authorization: string | null): string | undefined => {
  const names = new Map<string, unknown>(Object.entries(JSON.parse(tokens) as object))
  const name = names.get(authorization?.replace(/^Bearer /, '') ?? '')
  return typeof name === 'string' ? name : undefined
}

type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null

/** The process records that an order was shipped, and has it shipped. */
const isForProcess = (command: unknown): boolean =>
  isObject(command) &&
  (command['type'] === 'Ship' ||
    (command['type'] === 'ChangeStatus' && command['newStatus'] === 'shipped'))

/**
 * The request that a client's body comes to: its commit id and its commands, which the object checks, and
 * nothing else that it says of itself. `undefined` where a command is not for clients.
 */
export const requestOf = (body: unknown, actor: string): DurableRequest | undefined => {
  const { commitId, commands } = isObject(body) ? body : {}
  const list: ReadonlyArray<unknown> = Array.isArray(commands) ? commands : []
  return list.some(isForProcess)
    ? undefined
    : { commitId: typeof commitId === 'string' ? commitId : '', commands: list, actor }
}

/**
 * Answers POST to a resource without a stream: `decisionHandler` handles the command of the body, or all of a list as
 * one batch.
 *
 * @since 0.1.0
 */
import type { Codec } from '../../codec/Codec.ts'
import type { EventCodec } from '../../codec/EventCodec.ts'
import { left, right } from '../../internal/either.ts'
import type { Metadata } from '../../Recorded.ts'
import type { DecisionHandler } from '../../shell/DecisionHandler.ts'
import type { CallOptions } from '../../store/EventStore.ts'
import type { HttpResult } from './answer.ts'
import { recordedData } from './answer.ts'
import type { DecisionCommandHook } from './model.ts'
import type { Posting } from './posted.ts'
import { postedCommands, postedHead } from './posted.ts'
import type { RequestFailure } from './problem.ts'

export interface DecisionWriting<in out D, in out C, in out S, in out E, in out R> {
  readonly handle: DecisionHandler<C, S, E, R>
  readonly commands: Codec<D>
  readonly command: DecisionCommandHook<D, C>
  readonly events: EventCodec<E>
  readonly state: ((state: S) => unknown) | undefined
  readonly metadata: (request: Request) => Metadata | Promise<Metadata>
  readonly commitId: ((request: Request) => string) | undefined
  readonly maxBytes: number
}

export const writeDecision = async <D, C, S, E, R>(
  writing: DecisionWriting<D, C, S, E, R>,
  request: Request,
  limits: CallOptions,
): Promise<HttpResult<R>> => {
  const posting = postingOf(writing, request)
  const head = postedHead(posting, request, limits)
  if (head._tag === 'Left') return head
  const conditional = conditionalHeader(request.headers)
  if (conditional !== undefined) return left(conditional)
  const posted = await postedCommands(posting, request, limits)
  if (posted._tag === 'Left') return posted
  const { commands, fingerprint, metadata } = posted.right
  const asked = { ...metadata, commitId: head.right, fingerprint, commands }
  const result = await writing.handle(asked, limits)()
  if (result._tag === 'Left') return result
  const { stream, position, events } = result.right
  const data = recordedData(writing.events, events)
  if (data._tag === 'Left') return data
  const state = writing.state?.(result.right.state)
  return right({ status: 200, headers: {}, body: { stream, position, state, events: data.right } })
}

const postingOf = <D, C, S, E, R>(
  { commands, maxBytes, command, metadata, commitId }: DecisionWriting<D, C, S, E, R>,
  request: Request,
): Posting<D, C> => ({
  commands,
  maxBytes,
  command: (decoded, own) => command(decoded, { request, metadata: own }),
  metadata: () => metadata(request),
  commitId: commitId === undefined ? undefined : () => commitId(request),
})

/** A condition that cannot be checked must not be passed over. */
const conditionalHeader = (headers: Headers): RequestFailure | undefined => {
  const header = ['If-Match', 'If-None-Match'].find((name) => headers.has(name))
  return header === undefined
    ? undefined
    : { type: 'InvalidHeader', header, expected: 'left out, as there is no version' }
}

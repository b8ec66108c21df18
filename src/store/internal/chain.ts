/**
 * Appends a commit together with its followers.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import { left, right } from '../../internal/either.ts'
import type { CheckedCommit } from '../Engine.ts'
import { checkCommit } from '../Engine.ts'
import type { AppendFailure, Appended, Commit, InvalidCommit } from '../EventStore.ts'
import type { AppendProgress, CommitAnswer, Engine } from './engineModel.ts'

/** Appends a commit and its followers, up to the first that this call does not store. */
export const appendWith = async (
  engine: Engine,
  commit: CheckedCommit,
  followers: ReadonlyArray<Commit<EncodedEvent>>,
  call: AppendProgress,
): Promise<Either<AppendFailure, Appended<EncodedEvent>>> => {
  const answers: Array<CommitAnswer> = []
  const later = startedBefore(call)
  for (let next: ReadonlyNonEmptyArray<CheckedCommit> | undefined = [commit]; next;) {
    const rest = followers.slice(answers.length)
    const chain = engine.appendChain === undefined ? next : extended(next, rest)
    answers.push(...(await appendInOneStep(engine, chain, answers.length === 0 ? call : later)))
    const last = answers[answers.length - 1]
    const follower = followers[answers.length - 1]
    const isStored = last?._tag === 'Right' && last.right.repeated !== true
    next = undefined
    if (!isStored || follower === undefined || call.isGivenUp) continue
    const checked = checkFollower(commit.stream, follower)
    if (checked._tag === 'Left') answers.push(checked)
    else next = [checked.right]
  }
  const [first, ...others] = answers as [CommitAnswer, ...Array<CommitAnswer>] // at least one step
  return first._tag === 'Left' ? first : right(Object.assign(first.right, { followers: others }))
}

/**
 * The progress of the later steps of an append. The first step has stored something, so the append stays started while
 * a later one waits; but that one is not to start either once nobody waits for it.
 */
const startedBefore = (call: AppendProgress): AppendProgress => ({
  hasStarted: true,
  get isGivenUp() {
    return call.isGivenUp
  },
})

const appendInOneStep = async (
  engine: Engine,
  chain: ReadonlyNonEmptyArray<CheckedCommit>,
  call: AppendProgress,
): Promise<ReadonlyArray<CommitAnswer>> =>
  engine.appendChain === undefined || chain.length === 1
    ? [await engine.append(chain[0], call)]
    : engine.appendChain(chain, call)

/** A commit and as many of its followers as are certain to be accepted if the one before is stored. */
const extended = (
  [first]: ReadonlyNonEmptyArray<CheckedCommit>,
  followers: ReadonlyArray<Commit<EncodedEvent>>,
): ReadonlyNonEmptyArray<CheckedCommit> => {
  const others: Array<CheckedCommit> = []
  const ids = new Set([first.commitId])
  let last = first
  let version = versionAfter(first)
  for (const follower of followers) {
    if (ids.size === longestChain || last.also.length > 0) break
    const checked = checkFollower(first.stream, follower)
    if (checked._tag === 'Left' || !isCertain(checked.right, last, version)) break
    if (ids.has(follower.commitId)) break
    last = checked.right
    version = version === undefined ? undefined : version + last.events.length
    ids.add(last.commitId)
    others.push(last)
  }
  return [first, ...others]
}

/** The maximum number of commits that are sent to a database at once. */
const longestChain = 64

const versionAfter = ({ expected, events }: CheckedCommit): number | undefined =>
  expected.type === 'Any'
    ? undefined
    : (expected.type === 'NoStream' ? 0 : expected.version) + events.length

/** Whether the expectation of a commit holds if it comes directly after another, which leads to a version. */
const isCertain = (
  { expected, also, condition }: CheckedCommit,
  { commitId }: CheckedCommit,
  version: number | undefined,
): boolean => {
  if (also.length > 0 || condition !== undefined || expected.type === 'NoStream') return false
  if (expected.type === 'Any') return true
  const { mark } = expected
  return (
    expected.version === version &&
    (mark === undefined ||
      (mark.commitId === commitId && mark.position === undefined && mark.recordedAt === undefined))
  )
}

/** Checks a follower: it has to be to the same stream. */
const checkFollower = (
  stream: string,
  follower: Commit<EncodedEvent>,
): Either<InvalidCommit, CheckedCommit> => {
  const checked = checkCommit(follower)
  if (checked._tag === 'Left' || follower.stream === stream) return checked
  const expected = `${stream}, the stream of the commit that it follows`
  const issue = { path: ['stream'], expected, actual: follower.stream }
  return left({ type: 'InvalidCommit', stream: follower.stream, issues: [issue] })
}

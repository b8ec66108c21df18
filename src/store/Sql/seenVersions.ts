/**
 * The versions at which a store has seen streams. An append that expects no version looks for the end of its stream from
 * there on: from the beginning, the index would give all events of the stream in the page of its last one.
 *
 * Laws:
 *
 * 1. an append has the same result whatever was seen, also where the stream has lost its last events since
 * 2. what is remembered is bounded
 *
 * @since 0.1.0
 */
import type { CommitAnswer } from '../internal/engineModel.ts'
import type { Flight } from './flight.ts'

export interface SeenVersions {
  /** The version of a stream when it was last seen. */
  readonly of: (stream: string) => number | undefined
  /** Notes where the commits of a flight were stored, of those that expected no version. */
  readonly note: (flight: Flight, answers: ReadonlyArray<CommitAnswer>) => void
}

/** It starts anew after so many streams. */
const mostSeen = 1_000

export const seenVersions = (): SeenVersions => {
  const versions = new Map<string, number>()
  return {
    of: (stream) => versions.get(stream),
    note: (flight, answers) => {
      flight.forEach(({ commit }, i) => {
        const answer = answers[i]
        if (commit.expected.type !== 'Any' || answer?._tag !== 'Right') return
        if (versions.size >= mostSeen) versions.clear()
        for (const { stream, version } of answer.right) versions.set(stream, version)
      })
    },
  }
}

/**
 * Why a generation does not continue, and what is stored about it.
 *
 * @since 0.1.0
 */
import { isRecord } from '../../internal/isRecord.ts'
import type { LoadFailure, Thrown } from '../../store/EventStore.ts'
import type { HistoryChanged } from '../Projector.ts'
import type { NotOwned, PoisonEvent, StopReason, TablesUnavailable } from './tables.ts'

/** Why a generation does not continue. */
export type WorkProblem =
  | PoisonEvent
  | HistoryChanged
  | TablesUnavailable
  | LoadFailure
  | NotOwned
  | Thrown

/** The stored reason, if somebody has to fix the problem; undefined if it may pass by itself. */
export const stopReasonOf = (problem: WorkProblem): StopReason | undefined => {
  switch (problem.type) {
    case 'PoisonEvent': {
      const { type, position, stream, reason, cause } = problem
      return { type, position, message: `${reason}, stream ${stream}: ${causeText(cause)}` }
    }
    case 'HistoryChanged': {
      const { type, position } = problem
      return { type, position, message: 'the history in the store is not the one in the tables' }
    }
    default:
      return undefined
  }
}

const causeText = (cause: unknown): string => {
  if (cause instanceof Error) return cause.message
  if (typeof cause === 'string') return cause
  if (!isRecord(cause)) return 'no message'
  const { table, field, expected, path } = cause
  if (typeof path === 'string') return `it can't be decoded at ${path}`
  const isMisfit =
    typeof table === 'string' && typeof field === 'string' && typeof expected === 'string'
  return isMisfit ? `${table}.${field} takes ${expected}` : 'no message'
}

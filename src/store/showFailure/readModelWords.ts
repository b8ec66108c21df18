/**
 * Words for the failures of read models.
 *
 * @since 0.1.0
 */
import type { ReadModelProblem } from '../../shell/ReadModelRunner.ts'
import type { BatchRefused, PoisonEvent, TablesUnavailable } from '../../shell/ReadModelRunner.ts'
import type { SwapRefused } from '../Sql.ts'
import { quoted } from './issueWords.ts'

/** What only read models fail with. */
export type ReadModelFailure =
  | Extract<
      ReadModelProblem,
      {
        readonly type:
          | 'ReadModelStopped'
          | 'ReadModelChanged'
          | 'ReadModelReplaced'
          | 'InvalidReadModel'
          | 'NotOwned'
      }
    >
  | PoisonEvent
  | TablesUnavailable
  | BatchRefused
  | SwapRefused

type Of<K> = Extract<ReadModelFailure, { readonly type: K }>

const whys: Readonly<Record<PoisonEvent['reason'], string>> = {
  decode: 'it cannot be decoded',
  evolve: 'the read model threw',
  column: 'a value does not fit its column',
  write: 'the database refused the row',
}

const operations: Readonly<Record<TablesUnavailable['operation'], string>> = {
  prepare: 'while preparing the tables',
  own: 'while claiming read models for this process',
  apply: 'while storing a batch',
  status: 'while reading their status',
  manage: 'while changing which tables are live',
}

/** `showCause` and `showIssues` describe what the failures contain. */
export const readModelWords = <W>(
  showCause: (cause: unknown, within: W) => string,
  showIssues: (issues: Of<'InvalidReadModel'>['issues']) => string,
): {
  readonly [K in ReadModelFailure['type']]: (failure: Of<K>, within: W) => string
} => ({
  PoisonEvent: ({ readModel, position, stream, reason, cause }, within) =>
    `read model ${quoted(readModel)} cannot process the event of stream ${quoted(stream)} at position ` +
    `${position}: ${whys[reason]}: ${showCause(cause, within)}`,
  TablesUnavailable: ({ operation, cause }, within) =>
    `the database of the read models failed ${operations[operation]}: ${showCause(cause, within)}`,
  BatchRefused: ({ readModel, cause }, within) =>
    `the database refused a batch of read model ${quoted(readModel)}: ${showCause(cause, within)}`,
  SwapRefused: ({ readModel, subject, cause }, within) =>
    `the new tables of read model ${quoted(readModel)} were not made live, since they cannot take over ` +
    `${subject}: ${showCause(cause, within)}`,
  ReadModelStopped: ({ readModel, reason: { position, message } }) =>
    `read model ${quoted(readModel)} was stopped at position ${position}: ${message}`,
  ReadModelChanged: ({ readModel }) =>
    `the tables of read model ${quoted(readModel)} are those of another version of it: ` +
    `rebuild them, or run that version`,
  ReadModelReplaced: ({ readModel }) =>
    `read model ${quoted(readModel)} was replaced by another version of it`,
  InvalidReadModel: ({ readModel, issues }) =>
    `read model ${quoted(readModel)} cannot be kept as tables: ${showIssues(issues)}`,
  NotOwned: ({ readModel }) => `another process owns read model ${quoted(readModel)}`,
})

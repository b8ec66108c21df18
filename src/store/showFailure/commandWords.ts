/**
 * Words for the failures of commands that are kept.
 *
 * @since 0.1.0
 */
import type { UndecodableCommand, UnencodableCommand } from '../EventStore.ts'
import { quoted, showIssues } from './issueWords.ts'

const commandIssues = ({
  commandType,
  schemaVersion,
  issues,
}: UndecodableCommand | UnencodableCommand): string =>
  `${commandType}, version ${schemaVersion} of its data: ${showIssues(issues)}`

export const commandWords = {
  UndecodableCommand: (failure: UndecodableCommand): string =>
    `command ${failure.index} of commit ${quoted(failure.commitId)} of stream ${quoted(failure.stream)} ` +
    `(position ${failure.position}) cannot be decoded: ${commandIssues(failure)}`,
  UnencodableCommand: (failure: UnencodableCommand): string =>
    `command ${failure.index} of a request for stream ${quoted(failure.stream)} cannot be kept: ` +
    commandIssues(failure),
}

/**
 * What the walks were like that laws were tested on: without that, nobody knows what was proved.

 */
import type { Coverage } from '../coverage.ts'
import { aligned } from '../internal/columns.ts'
import { kindOf } from '../internal/kind.ts'
import type { Step, WalkTrace } from '../internal/walkTrace.ts'
import { call } from '../internal/walkTrace.ts'

/** A walk, as labels see it. */
export interface SeenWalk<out C, out S, out E> {
  readonly commands: ReadonlyArray<C>
  /** All events, oldest first. */
  readonly events: ReadonlyArray<E>
  /** The initial state, and the state after each event. */
  readonly states: ReadonlyArray<S>
  /** The last of them. */
  readonly state: S
}

/** How often a kind of command was accepted or rejected, in whatever state. */
export interface CommandOutcomes {
  readonly command: string
  /** By the kinds of the events, each kind once. */
  readonly accepted: Coverage['cells'][number]['accepted']
  readonly rejected: Coverage['cells'][number]['rejected']
}

/** What the walks were like: see `LawsReport`. */
export interface WalksReport {
  readonly asked: number
  readonly walks: number
  readonly commands: ReadonlyArray<CommandOutcomes>
  readonly shares: ReadonlyArray<{ readonly name: string; readonly walks: number }>
  readonly unseen: ReadonlyArray<string>
  readonly leftOut: ReadonlyArray<string>
  readonly problems: ReadonlyArray<string>
}

/** What walks have to show: labels, and the least percentage of walks in which something must be seen. */
export interface WantedWalks<C, S, E> {
  readonly label?: (walk: SeenWalk<C, S, E>) => string | ReadonlyArray<string>
  readonly cover?: Readonly<Record<string, number>>
}

type OutcomeTally = Map<string, number>

interface WalkOutcomes {
  readonly accepted: OutcomeTally
  readonly rejected: OutcomeTally
}

/** Counts what is seen of walks, one after another. */
export interface WalkCounter<C, S, E, R> {
  /** Forgets the walks so far, since the same ones come again. */
  readonly restart: () => void
  readonly walked: (trace: WalkTrace<C, S, E, R>, commands: ReadonlyArray<C>) => void
  readonly report: (of: {
    readonly asked: number
    readonly leftOut: ReadonlyArray<string>
  }) => WalksReport
}

export const watchWalks = <C, S, E, R>(wanted: WantedWalks<C, S, E>): WalkCounter<C, S, E, R> => {
  const byCommand = new Map<string, WalkOutcomes>()
  const shares: OutcomeTally = new Map()
  const wrong = new Set<string>()
  let walks = 0
  return {
    restart: () => {
      byCommand.clear()
      shares.clear()
      wrong.clear()
      walks = 0
    },
    walked: (trace, commands) => {
      walks++
      const here = new Set<string>()
      for (const { command, decision } of trace.steps) {
        for (const name of seenInStep(command, decision, byCommand, shares)) here.add(name)
      }
      for (const name of labelsFor(wanted, trace, commands, wrong)) here.add(name)
      for (const name of here) add(shares, name)
    },
    report: ({ asked, leftOut }) => {
      const rows = outcomeRows(byCommand)
      const problems = [...wrong, ...emptyWalks(rows, walks), ...belowCover(wanted, shares, walks)]
      return {
        asked,
        walks,
        commands: rows,
        shares: sortedTally(shares).map(([name, count]) => ({ name, walks: count })),
        unseen: neverSeen(rows),
        leftOut,
        problems,
      }
    },
  }
}

/** Counts the outcome of a command, and returns what it shows of its walk. */
const seenInStep = <C, E, R>(
  command: C,
  decision: Step<C, unknown, E, R>['decision'],
  byCommand: Map<string, WalkOutcomes>,
  shares: OutcomeTally,
): ReadonlyArray<string> => {
  const kind = coverageRow(command, byCommand)
  const outcomes = byCommand.get(kind) ?? { accepted: new Map(), rejected: new Map() }
  byCommand.set(kind, outcomes)
  if (decision._tag === 'Left') {
    const rejection = coverageRow(decision.left, outcomes.rejected)
    add(outcomes.rejected, rejection)
    return [rejection]
  }
  const events = [...new Set(decision.right.map((event) => coverageRow(event, shares)))]
  add(outcomes.accepted, JSON.stringify(events))
  return events.length === 0 ? [] : [kind, ...events]
}

const add = (tally: OutcomeTally, name: string): void => {
  tally.set(name, (tally.get(name) ?? 0) + 1)
}

/** How many kinds are told apart. Values without a kind, such as numbers, are not. */
const mostKinds = 50

const coverageRow = (value: unknown, known: ReadonlyMap<string, unknown>): string => {
  const kind = hasKind(value) ? kindOf(value) : kindless(value)
  return known.size < mostKinds || known.has(kind) ? kind : 'others'
}

const hasKind = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.length <= 40
    : typeof value === 'object' && value !== null && ('type' in value || 'key' in value)

const kindless = (value: unknown): string =>
  typeof value === 'object' && value !== null ? 'an object' : `a ${typeof value}`

const labelsFor = <C, S, E, R>(
  { label }: WantedWalks<C, S, E>,
  { events, states, state }: WalkTrace<C, S, E, R>,
  commands: ReadonlyArray<C>,
  wrong: Set<string>,
): ReadonlyArray<string> => {
  if (label === undefined) return []
  const called = call(() => label({ commands, events, states, state }))
  if (called._tag === 'Threw') {
    wrong.add(`label threw ${String(called.error)}`)
    return []
  }
  return typeof called.value === 'string' ? [called.value] : called.value
}

const sortedTally = (tally: OutcomeTally): ReadonlyArray<readonly [string, number]> =>
  [...tally].sort(([a], [b]) => (a < b ? -1 : 1))

const outcomeRows = (
  byCommand: ReadonlyMap<string, WalkOutcomes>,
): ReadonlyArray<CommandOutcomes> =>
  [...byCommand]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([command, { accepted, rejected }]) => ({
      command,
      accepted: sortedTally(accepted).map(([events, count]) => ({
        // written above
        events: JSON.parse(events) as ReadonlyArray<string>,
        count,
      })),
      rejected: sortedTally(rejected).map(([rejection, count]) => ({ rejection, count })),
    }))

const sum = (rows: ReadonlyArray<{ readonly count: number }>): number =>
  rows.reduce((all, { count }) => all + count, 0)

const emitting = ({ accepted }: CommandOutcomes): number =>
  sum(accepted.filter(({ events }) => events.length > 0))

const neverSeen = (rows: ReadonlyArray<CommandOutcomes>): ReadonlyArray<string> =>
  rows.flatMap((row) => {
    if (emitting(row) > 0) return []
    const [times, rejected] = [sum(row.accepted) + sum(row.rejected), sum(row.rejected)]
    const how = rejected === times ? 'was rejected each time' : 'never emitted an event'
    return [`${row.command} ${how} (asked ${times} times)`]
  })

/** Walks in which nothing happens prove nothing. */
const emptyWalks = (rows: ReadonlyArray<CommandOutcomes>, walks: number): ReadonlyArray<string> => {
  if (rows.length === 0 || rows.some((row) => emitting(row) > 0)) return []
  const times = rows.reduce((all, row) => all + sum(row.accepted) + sum(row.rejected), 0)
  return [
    [
      `no command emitted an event: of ${times} commands in ${walks} walks, none changed anything,`,
      'so nearly nothing was tested. The outcomes:',
      ...showCommands(rows).map((line) => `  ${line}`),
    ].join('\n'),
  ]
}

const belowCover = <C, S, E>(
  { cover = {} }: WantedWalks<C, S, E>,
  shares: OutcomeTally,
  walks: number,
): ReadonlyArray<string> =>
  Object.entries(cover).flatMap(([name, least]) => {
    const seen = shares.get(name) ?? 0
    return seen > 0 && seen * 100 >= least * walks
      ? []
      : [`${name} was seen in ${percent(seen, walks)}, and cover asks for ${least} %`]
  })

const percent = (seen: number, walks: number): string => {
  const share = walks === 0 ? 0 : (seen * 100) / walks
  return `${seen} of ${walks} walks (${Number(share.toFixed(1))} %)`
}

const showCommands = (rows: ReadonlyArray<CommandOutcomes>): ReadonlyArray<string> =>
  aligned(
    rows.flatMap(({ command, accepted, rejected }) => {
      const outcomes = [
        ...accepted.map(({ events, count }) => [events.join(', ') || 'no event', count] as const),
        ...rejected.map(({ rejection, count }) => [`rejected: ${rejection}`, count] as const),
      ]
      return outcomes.map(([outcome, count], i) => [i === 0 ? command : '', outcome, `${count}`])
    }),
  )

const section = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0
    ? []
    : ['', title, ...lines.flatMap((line) => line.split('\n')).map((line) => `  ${line}`)]

/** In lines: the outcomes of commands, how many walks saw what, and what none saw. */
export const showWalks = (report: WalksReport): ReadonlyArray<string> => {
  const { asked, walks, commands, shares, unseen, leftOut, problems } = report
  return [
    walks === asked ? `${walks} walks` : `${walks} of ${asked} walks`,
    ...section('Proves too little', problems),
    ...section('Never seen', unseen),
    ...section('No time for', leftOut),
    ...section('Commands and their outcomes', showCommands(commands)),
    ...section(
      'Seen in',
      aligned(shares.map(({ name, walks: seen }) => [name, percent(seen, walks)])),
    ),
  ]
}

// What the test asks of a tab: commands by the dozen, and what has come of them.
import type { Orders } from '../../../docs/examples/browser/database.ts'
import { openOrders } from '../../../docs/examples/browser/database.ts'

type Request = Parameters<Orders['handle']>[0]

export interface Tab {
  readonly isLeader: () => boolean
  /** Sends requests at the same time, and gives how often each kind of answer came. */
  readonly send: (requests: ReadonlyArray<Request>) => Promise<Readonly<Record<string, number>>>
  readonly history: (
    stream: string,
  ) => Promise<ReadonlyArray<{ readonly version: number; readonly commitId: string }>>
}

declare global {
  var tab: Promise<Tab> | undefined
  /** Tells the test, which outlives the tab. */
  var acknowledge: (commitId: string) => Promise<void>
}

const tabOf = (orders: Orders): Tab => ({
  isLeader: orders.isLeader,
  send: async (requests) => {
    const counts: Record<string, number> = {}
    await Promise.all(
      requests.map(async (request) => {
        const outcome = await orders.handle(request)()
        if (outcome._tag === 'Right') await acknowledge(request.commitId)
        const answer = outcome._tag === 'Right' ? 'done' : JSON.stringify(outcome.left)
        counts[answer] = (counts[answer] ?? 0) + 1
      }),
    )
    return counts
  },
  history: async (stream) => {
    const loaded = await orders.store.load(stream)()
    if (loaded._tag === 'Left') throw new Error(JSON.stringify(loaded.left))
    return loaded.right.map(({ version, commitId }) => ({ version, commitId }))
  },
})

const open = async (dataDir: string): Promise<Tab> => {
  const opened = await openOrders(dataDir)()
  if (opened._tag === 'Left') throw new Error(String(opened.left.cause))
  return tabOf(opened.right)
}

globalThis.tab = open(new URLSearchParams(location.search).get('data') ?? '')

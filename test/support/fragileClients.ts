// Clients of node-postgres of which one call fails on purpose, once armed. Connecting and each query is a call.
import pg from 'pg'

/**
 * Which call fails, from 0, and how: the connection is cut before the call, while it is under way (the server may
 * carry it out late), or before the answer is told; or the call throws before or after, and the connection lives.
 */
export interface Fault {
  readonly call: number
  readonly how: 'CutBefore' | 'CutDuring' | 'CutAfter' | 'ThrowBefore' | 'ThrowAfter'
}

export const cuts = ['CutBefore', 'CutDuring', 'CutAfter'] as const
export const throws = ['ThrowBefore', 'ThrowAfter'] as const

type Connected = (error?: Error) => void

/** A query that is no promise, but told of its answer. */
interface OwnQuery {
  readonly submit: unknown
  callback: (failure: unknown) => void
}

export const fragileClients = () => {
  let armed: Fault | undefined
  let count = 0

  class FragileClient extends pg.Client {
    private cut(): Error {
      // not in the types of the driver
      const { connection } = this as unknown as { connection: { stream: { destroy: () => void } } }
      connection.stream.destroy()
      return new Error('Connection terminated unexpectedly')
    }

    private async interrupted<A>(run: () => Promise<A>): Promise<A> {
      const how = count++ === armed?.call ? armed.how : undefined
      if (how === 'CutBefore') throw this.cut()
      if (how === 'ThrowBefore') throw new Error('thrown before the call')
      const running = run()
      if (how === 'CutDuring') setImmediate(() => this.cut())
      const result = await running
      if (how === 'CutAfter') throw this.cut()
      if (how === 'ThrowAfter') throw new Error('thrown after the call')
      return result
    }

    // with a callback, as the pool does
    override connect = ((connected: Connected) => {
      this.interrupted(() => super.connect()).then(() => connected(), connected)
    }) as pg.Client['connect']

    // one of many overloads, which is the one that is called
    override query = ((asked: pg.QueryConfig | OwnQuery) => {
      if (!('submit' in asked)) return this.interrupted(() => super.query(asked))
      const tell = asked.callback
      const answered = new Promise<void>((resolve, reject) => {
        asked.callback = (failure) => (failure === null ? resolve() : reject(failure))
      })
      const run = (): Promise<void> => {
        super.query(asked as unknown as pg.Query)
        return answered
      }
      this.interrupted(run).then(() => tell(null), tell)
      return asked
    }) as unknown as pg.Client['query']
  }

  return {
    Client: FragileClient,
    arm: (fault: Fault): void => {
      armed = fault
      count = 0
    },
    /** From now on no call fails. Returns how many calls there were since it was armed. */
    disarm: (): number => {
      armed = undefined
      return count
    },
  }
}

// What happens to the processes of a soak. Each scenario returns whether the laws held, and figures.
import { setTimeout as sleep } from 'node:timers/promises'
import { openArena, schema } from './arena.mjs'
import { newCrew } from './crew.mjs'
import { dice } from './dice.mjs'
import { startProxy } from './proxy.mjs'

const hot = (count, prefix = 'hot') => Array.from({ length: count }, (_, i) => `${prefix}-${i}`)

/** Runs processes in a database of their own while something befalls them, and has the history judged. */
const trial = async ({ server, seed }, jobs, befall, { proxied = false } = {}) => {
  const arena = await openArena(server.url)
  const proxy = proxied ? await startProxy(arena.url) : undefined
  const crew = newCrew({ url: proxy?.url ?? arena.url, schema, seed })
  try {
    await crew.startAll(jobs)
    const begin = Date.now()
    const more = await befall({ arena, crew, proxy, draw: dice(seed, 'trouble') })
    const figures = await crew.stop()
    const seconds = (Date.now() - begin) / 1_000
    const judged = await arena.judge(await crew.histories())
    return {
      ...judged,
      figures: { seconds, ...figuresOf(judged.report, seconds), ...more },
      processes: figures,
    }
  } finally {
    proxy?.stop()
    crew.remove()
    await arena.close()
  }
}

const figuresOf = (report, seconds) => {
  const { commits, unacknowledged, stored, refused, unknown, pages, states } = report
  return {
    commits,
    'commits/s': Math.round(commits / seconds),
    unacknowledged,
    stored,
    refused,
    unknown,
    pages,
    states,
  }
}

/** Everybody's load: writers, a reader, an owner of the read model that may soon be replaced, and a look at it. */
const mixed = (writers, lease = 200) => ({
  writers,
  streams: hot(10),
  pause: 20,
  readers: 1,
  lease,
  looks: true,
})

/** 64 writers over 100 streams, three readers that follow and two owners, in rounds of a minute at most. */
export const writers = async ({ server, seed, seconds }) => {
  const arena = await openArena(server.url)
  const total = { rounds: 0, commits: 0, refused: 0, unknown: 0, pages: 0, states: 0 }
  const rates = []
  try {
    for (let left = seconds; left > 0; left -= 60) {
      const crew = newCrew(
        { url: arena.url, schema, seed: seed + total.rounds },
        `r${total.rounds}p`,
      )
      const streams = hot(100, `hot${total.rounds++}`)
      const writing = { writers: 16, streams, pause: 100 }
      const from = await arena.head()
      const begin = Date.now()
      try {
        const following = [{ readers: 3, looks: true }, { lease: 1_000 }, { lease: 1_000 }]
        await crew.startAll([writing, writing, writing, writing, ...following])
        await sleep(Math.min(left, 60) * 1_000)
        await crew.stop()
        rates.push(((await arena.head()) - from) / ((Date.now() - begin) / 1_000))
        const { isRight, faults, report } = await arena.judge(await crew.histories(), from)
        if (!isRight) return { isRight, faults, figures: total }
        total.commits = report.commits
        for (const name of ['refused', 'unknown', 'pages', 'states']) total[name] += report[name]
      } finally {
        crew.remove()
      }
    }
    return {
      isRight: true,
      figures: { ...total, 'events/s a round': rates.map(Math.round).join(' ') },
    }
  } finally {
    await arena.close()
  }
}

/** Processes are killed at random moments; each is replaced by another. */
export const nodeKills = ({ server, seed, times }) =>
  trial({ server, seed }, [mixed(8), mixed(8)], async ({ crew, draw }) => {
    for (let i = 0; i < times; i++) {
      await sleep(draw(500))
      const names = crew.names()
      const job = await crew.kill(names[draw(names.length)])
      await crew.startAll([job])
    }
    return { kills: times }
  })

/** The server is killed under load, and started again. Needs a server of its own. */
export const serverKills = ({ server, seed, times }) =>
  trial({ server, seed }, [mixed(16), mixed(16)], async ({ arena, draw }) => {
    for (let i = 0; i < times; i++) {
      await sleep(300 + draw(1_200))
      await server.kill()
      await sleep(draw(300))
      await server.start()
      await arena.returnOfStrangers()
    }
    await sleep(500)
    return { kills: times }
  })

/** Connections are cut at random. */
export const cuts = ({ server, seed, seconds }) =>
  trial(
    { server, seed },
    [mixed(16), mixed(16)],
    async ({ proxy, draw }) => {
      const end = Date.now() + seconds * 1_000
      let count = 0
      while (Date.now() < end) {
        await sleep(draw(100))
        proxy.cut(draw)
        count++
      }
      return { cuts: count }
    },
    { proxied: true },
  )

/** Two processes that both think that they own the read model: each lease ends before its batch does. */
export const owners = ({ server, seed, seconds }) =>
  trial({ server, seed }, [mixed(8, 1), mixed(8, 1)], async () => sleep(seconds * 1_000))

/** A little of everything at once. Needs a server of its own. */
export const everything = ({ server, seed, times }) =>
  trial(
    { server, seed },
    [mixed(4, 1), mixed(4, 1)],
    async ({ arena, crew, proxy, draw }) => {
      for (let i = 0; i < times; i++) {
        for (let cut = 0; cut < 10; cut++) {
          await sleep(draw(40))
          proxy.cut(draw)
        }
        const job = await crew.kill(crew.names()[draw(2)])
        await Promise.all([crew.startAll([job]), server.kill().then(server.start)])
        await arena.returnOfStrangers()
        await sleep(draw(500))
      }
      return { kills: times }
    },
    { proxied: true },
  )

/** Eight processes with eight callers each on one stream: nobody is refused, and nobody starves. */
export const hotStream = async ({ server, seed, seconds }) => {
  const jobs = (count, each) =>
    Array.from({ length: count }, () => ({ writers: each, streams: hot(1) }))
  const during = (time) => () => sleep(time * 1_000)
  const alone = await trial({ server, seed }, jobs(1, 64), during(seconds / 2))
  const tried = await trial({ server, seed }, jobs(8, 8), during(seconds))
  const commands = tried.processes.map((each) => each.commands).sort((a, b) => a - b)
  const [slowest, fastest] = [commands[0], commands.at(-1)]
  const failures = [alone, tried].flatMap(({ processes }) =>
    processes.flatMap((each) => Object.entries(each.failures)),
  )
  const isFair = slowest * 2 >= fastest && failures.length === 0
  const said = isFair
    ? ''
    : `commands a process: ${commands}; failures: ${JSON.stringify(failures)}\n`
  const share = tried.figures['commits/s'] / alone.figures['commits/s']
  return {
    isRight: alone.isRight && tried.isRight && isFair,
    faults: `${said}${alone.faults}\n${tried.faults}`,
    figures: {
      ...tried.figures,
      'of the rate of one process': share.toFixed(2),
      slowest,
      fastest,
      failures: failures.length,
    },
  }
}

// Two processes of callers who want seats, while processes and the server are killed and connections are cut.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openPostgres } from '../../dist/store/Postgres.js'
import { createDatabase } from '../postgres/shared.mjs'
import { dice } from './dice.mjs'
import { startProxy } from './proxy.mjs'
import { judgeSeats } from './seats.mjs'

const schema = 'seats'
const worker = `${import.meta.dirname}/seatsWorker.mjs`

/** Needs a server of its own. */
export const seats = async ({ server, seed, seconds }) => {
  const { url, drop } = await createDatabase(server.url)
  const proxy = await startProxy(url)
  const folder = mkdtempSync(join(tmpdir(), 'seats-'))
  const draw = dice(seed, 'seats')
  const opened = await openPostgres(url, { schema, connections: 1 })()
  if (opened._tag === 'Left') throw new Error(JSON.stringify(opened.left))
  await opened.right.close()
  let started = 0
  const start = () => {
    const name = `p${++started}`
    const given = { url: proxy.url, schema, name, notes: join(folder, name), seed }
    return spawn(process.execPath, [worker, JSON.stringify(given)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
  }
  const crew = [start(), start()]
  const ended = []
  try {
    // a line says that a process has begun
    await Promise.all(crew.map((each) => once(each.stdout, 'data')))
    const end = Date.now() + seconds * 1_000
    let [kills, cuts, serverKills] = [0, 0, 0]
    while (Date.now() < end) {
      await sleep(100 + draw(400))
      const what = draw(16)
      if (what === 0 && seconds > 5) {
        serverKills++
        await server.kill()
        await server.start()
      } else if (what < 2) {
        kills++
        const at = draw(2)
        ended.push(once(crew[at], 'exit'))
        crew[at].kill('SIGKILL')
        crew[at] = start()
      } else {
        cuts++
        proxy.cut(draw)
      }
    }
    const last = crew.map((each) => once(each, 'exit'))
    for (const each of crew) each.stdin.end()
    await Promise.all([...ended, ...last])
    // a killed process leaves half a line at most
    const notes = readdirSync(folder).flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    )
    const again = await openPostgres(url, { schema, connections: 1 })()
    if (again._tag === 'Left') throw new Error(JSON.stringify(again.left))
    const judged = await judgeSeats(again.right.store, notes)
    await again.right.close()
    const { acknowledged, refused } = judged.figures
    const isRight = judged.isRight && acknowledged > 0 && refused > 0
    return {
      ...judged,
      isRight,
      figures: { ...judged.figures, kills, cuts, 'server kills': serverKills },
    }
  } finally {
    for (const each of crew) each.kill('SIGKILL')
    proxy.stop()
    rmSync(folder, { recursive: true, force: true })
    await drop()
  }
}

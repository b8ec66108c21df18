// A proxy between programs and a server, which cuts connections.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

/** @param {string} url of the server */
export const startProxy = async (url) => {
  const target = new URL(url)
  const pairs = new Set()
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    const pair = [near, far]
    pairs.add(pair)
    for (const socket of pair) {
      const other = socket === near ? far : near
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => {
        pairs.delete(pair)
        other.destroy()
      })
      socket.pipe(other)
    }
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String(server.address().port)
  return {
    url: through.href,
    connections: () => pairs.size,
    /** Cuts one of the connections, with or without saying goodbye. */
    cut: (draw) => {
      const all = [...pairs]
      const [near, far] = all[draw(all.length)] ?? []
      if (near === undefined) return
      // at both ends at the same time, or what is under way still arrives
      if (draw(2) === 0) far.resetAndDestroy()
      if (draw(2) === 0) near.resetAndDestroy()
      else near.destroy()
    },
    stop: () => {
      for (const pair of pairs) for (const socket of pair) socket.destroy()
      server.close()
    },
  }
}

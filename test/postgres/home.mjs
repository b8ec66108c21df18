// A temporary folder for a server, which ends with the process that made it, whichever way that ends.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Standard input ends when the process does that holds its other end.
const script = `
  cat > /dev/null
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    [ -d "$1" ] || exit
    pid=$(head -n 1 "$1/disk/data/postmaster.pid") && kill -QUIT "$pid"
    sleep 0.3
    umount "$1/disk"
    rm -rf "$1"
  done`

const watch = (home) => {
  // a session of its own does not get the Ctrl-C that ends this process
  const child = spawn('sh', ['-c', script, 'watch', home], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  child.unref()
  child.stdin.unref()
  return () => child.stdin.end()
}

/**
 * Makes the folder, with `disk` in it for the files of the server.
 *
 * @returns {{ home: string, disk: string, data: string, mount: (size: number) => boolean, remove: () => void }}
 */
export const makeHome = () => {
  const home = mkdtempSync(join(tmpdir(), 'decider-postgres-'))
  const unwatch = watch(home)
  const disk = join(home, 'disk')
  let isMounted = false
  // the server runs as another user
  chmodSync(home, 0o755)
  mkdirSync(disk)
  return {
    home,
    disk,
    data: join(disk, 'data'),
    /** Gives `disk` a size, and tells whether that could be done: by a root who may mount. */
    mount: (size) => {
      const args = ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk]
      isMounted = process.getuid?.() === 0 && spawnSync('mount', args).status === 0
      return isMounted
    },
    remove: () => {
      if (isMounted) spawnSync('umount', [disk])
      rmSync(home, { recursive: true, force: true })
      unwatch()
    },
  }
}

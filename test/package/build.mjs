// Compiles a project into a folder: node test/package/build.mjs <project> <folder>. It compiles beside
// the folder and then moves over the files that differ, each in one step, so that a program that is
// running from the folder, or just loading, never finds it empty or a file half written.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('../..', import.meta.url)))
const [project, folder] = process.argv.slice(2)
// as deep as the folder, for the paths in source maps
const fresh = join(dirname(folder), `.new-${basename(folder)}-${process.pid}`)

const filesIn = (directory) =>
  existsSync(directory)
    ? readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    : []

const same = (a, b) => existsSync(b) && readFileSync(a).equals(readFileSync(b))

const moveOver = () => {
  const files = filesIn(fresh)
  for (const file of files) {
    const [from, to] = [join(fresh, file), join(folder, file)]
    if (same(from, to)) continue
    mkdirSync(dirname(to), { recursive: true })
    renameSync(from, to)
  }
  for (const file of filesIn(folder)) {
    if (!files.includes(file)) rmSync(join(folder, file), { force: true })
  }
}

const tsc = 'node_modules/typescript/bin/tsc'
const { status } = spawnSync(process.execPath, [tsc, '-p', project, '--outDir', fresh], {
  stdio: 'inherit',
})
if (status === 0) moveOver()
rmSync(fresh, { recursive: true, force: true })
process.exitCode = status ?? 1

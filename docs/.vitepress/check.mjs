// Looks through the pages of the built site for links and pictures that lead nowhere: what the tool
// made of the Markdown, whose own links `npm run links` checks.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import config from './config.mjs'

const site = fileURLToPath(new URL('../../.build/site', import.meta.url))
const pages = readdirSync(site, { recursive: true }).filter((path) => path.endsWith('.html'))
const valuesOf = (name, html) =>
  [...html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g'))].map(([, value]) =>
    decodeURI(value.replaceAll('&amp;', '&')),
  )
const texts = new Map(pages.map((page) => [page, readFileSync(join(site, page), 'utf8')]))
const anchors = new Map([...texts].map(([page, html]) => [page, new Set(valuesOf('id', html))]))

/** The file that a server sends for a path of the site. */
const fileAt = (path) =>
  [path, `${path}.html`, posix.join(path, 'index.html')].find(
    (file) => /\.\w+$/.test(file) && existsSync(join(site, file)),
  )

let count = 0
const faults = []
for (const [page, html] of texts) {
  for (const link of ['href', 'src'].flatMap((name) => valuesOf(name, html))) {
    if (/^([a-z][a-z\d+.-]*:|\/\/)/i.test(link)) continue
    count++
    const [, path, anchor = ''] = /^([^?#]*)(?:#(.*))?$/.exec(link)
    const within = path.startsWith('/')
      ? path.startsWith(config.base) && path.slice(config.base.length)
      : posix.join(posix.dirname(page), path)
    const file = path === '' ? page : within !== false && fileAt(within)
    if (!file) faults.push(`${page}: ${link} leads nowhere`)
    else if (anchor !== '' && anchors.get(file)?.has(anchor) !== true) {
      faults.push(`${page}: ${link} has no such heading`)
    }
  }
}
for (const fault of new Set(faults)) console.error(fault)
console.log(`${pages.length} pages of the site, ${count} links, ${faults.length} faults`)
process.exitCode = faults.length > 0 ? 1 : 0

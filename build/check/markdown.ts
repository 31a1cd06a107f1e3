/**
 * Puts each drawing between its markers, and nothing else of the page changes. Throws when a drawing has no place on the
 * page, or a marker names no drawing, since either would let a drawing rot unseen.
 */
export function redraw(page: string, drawings: Readonly<Record<string, string>>): string {
  const drawn = new Set<string>()
  const fresh = page.replace(
    /(<!-- drawing:([\w-]+) -->\n)[\s\S]*?(<!-- \/drawing -->)/g,
    (_, opening: string, name: string, closing: string) => {
      const drawing = drawings[name]
      if (drawing === undefined)
        throw new Error(`The page has a place for "${name}", but there is no such drawing.`)
      drawn.add(name)
      return `${opening}\n${drawing}\n\n${closing}`
    },
  )
  const homeless = Object.keys(drawings).filter((name) => !drawn.has(name))
  if (homeless.length > 0) throw new Error(`The page has no place for: ${homeless.join(', ')}.`)
  return fresh
}

/**
 * Cuts a byte stream into lines. Yields at most `longest` characters of a line and drops the rest of it: a scanner that
 * sends forever must not fill the memory. Carriage returns before the line end are part of no line.
 */
export async function* lines(input: AsyncIterable<Buffer | string>, longest: number): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8')
  let line = ''
  const take = (text: string) => {
    if (line.length < longest) line += text.slice(0, longest - line.length)
  }
  for await (const chunk of input) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    const parts = text.split('\n')
    for (const part of parts.slice(0, -1)) {
      take(part)
      yield line.replace(/\r$/, '')
      line = ''
    }
    take(parts.at(-1) ?? '')
  }
  take(decoder.decode())
  if (line !== '') yield line.replace(/\r$/, '')
}

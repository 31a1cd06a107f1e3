/** A program of tests: says back what it hears, ends when told to, and otherwise never. Deaf to a polite end. */
process.on('SIGTERM', () => undefined)
process.on('message', (message) => {
  if (message === 'end') process.exit(3)
  process.send?.({ heard: message })
})
setInterval(() => undefined, 60_000)

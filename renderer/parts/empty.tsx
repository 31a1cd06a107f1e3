/** An empty room says what to do first. */
export function Empty({ title, means }: { readonly title: string; readonly means: string }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      <p>{means}</p>
    </div>
  )
}

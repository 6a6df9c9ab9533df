/** Which methods a path takes, learnt from the routes as they are registered: to tell 405 from 404. */
export class RouteTable {
  private readonly routes: { readonly methods: readonly string[]; readonly path: string; test: RegExp }[] =
    [];

  add(methods: string | readonly string[], path: string): void {
    if (path.includes('*')) return;
    const pattern = path.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : escaped(part)));
    const test = new RegExp(`^${pattern.join('/')}$`);
    this.routes.push({ methods: typeof methods === 'string' ? [methods] : methods, path, test });
  }

  /** The methods that a request's path takes; none: there is no such path. */
  methodsOf(url: string): string[] {
    const path = url.split('?')[0] ?? '';
    return [...new Set(this.routes.filter((r) => r.test.test(path)).flatMap((r) => r.methods))].sort();
  }

  /** Every route as `METHOD /path/:id`, for comparing with the OpenAPI document. */
  list(): string[] {
    return this.routes.flatMap((r) => r.methods.map((method) => `${method} ${r.path}`)).sort();
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

import { TILE_WIDTH, type Tile } from './tree.js';

/** The path of a tile (C2SP tlog-tiles): `tile/0/x001/x234/067`, `tile/0/x001/x234/067.p/12` where it is partial. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const parts = padded.match(/\d{3}/g) ?? [];
  const name = parts.map((part, i) => (i < parts.length - 1 ? `x${part}` : part)).join('/');
  return `tile/${level}/${name}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

/** The tile of a path; undefined for what is no such path, as written in no other way. */
export function tileOfPath(path: string): Tile | undefined {
  const [, level, name = '', width] =
    /^tile\/(\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path) ?? [];
  if (level === undefined) return undefined;
  const tile = {
    level: Number(level),
    index: Number(name.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  return tile.width >= 1 && tilePath(tile) === path ? tile : undefined;
}

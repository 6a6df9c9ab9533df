import type { Day } from '../dates.js';
import type { Fact } from './action.js';
import { CodeField, TextField, UnitField } from './fields.js';
import type { Trouble } from './ruleBook.js';
import type { Post, State } from './state.js';

/** What names a post; the class of an action about one extends it. */
export class PostFields {
  @CodeField('standard_position', { vi: 'Chức vụ', en: 'Position', secrecy: 'open' })
  position!: string;

  @UnitField({ vi: 'Tại đơn vị', en: 'In unit', secrecy: 'open', optional: true })
  unit?: string;
}

/** The fields of an action that ends a post. */
export class PostEndFields extends PostFields {
  @TextField({ vi: 'Lý do', en: 'Reason', secrecy: 'history', optional: true })
  reason?: string;
}

/** Giao quyền, giao phụ trách: held for a while, without an appointment. */
export function isActing({ kind }: Post): boolean {
  return kind === 'acting' || kind === 'in_charge';
}

/** A post held in full: the same position in the same unit. */
export function checkNotHeld(data: PostFields, before: State): Trouble[] {
  const held = before.posts.find((p) => !isActing(p) && isSame(p, data));
  return held === undefined ? [] : [{ rule: 'post_held', field: 'position', others: [held.by] }];
}

/** The state with a post held. Whoever was acting in it, or held it by an earlier election, holds it anew. */
export function hold(
  state: State,
  { id, range, data }: Fact<PostFields>,
  how: { readonly kind?: Post['kind']; readonly termEnds: Day | undefined },
): State {
  const others = state.posts.filter((p) => !isSame(p, data) || !(isActing(p) || how.kind === 'elected'));
  const { kind, termEnds } = how;
  const post: Post = {
    by: id,
    since: range.first,
    position: data.position,
    unit: data.unit ?? null,
    ...(kind === undefined ? {} : { kind }),
    ...(termEnds === undefined ? {} : { termEnds }),
  };
  return { ...state, posts: [...others, post] };
}

/**
 * The open post that an ending means: the same position and, when a unit is named, that unit; one held in full before
 * one acted in; the oldest first.
 */
export function postMeant(state: State, data: PostFields): Post | undefined {
  const open = openPosts(state, data);
  return open.find((p) => !isActing(p)) ?? open[0];
}

/** The open post acted in that an ending means. */
export function actingMeant(state: State, data: PostFields): Post | undefined {
  return openPosts(state, data).find(isActing);
}

/** The post to be ended or extended must be held. */
export function checkMeant(post: Post | undefined): Trouble[] {
  return post === undefined ? [{ rule: 'post_not_held', field: 'position' }] : [];
}

/** The state without this post. */
export function endPost(state: State, ended: Post | undefined): State {
  return {
    ...state,
    posts: state.posts.filter((p) => p !== ended),
    lapsedPosts: state.lapsedPosts.filter((p) => p !== ended),
  };
}

function openPosts(state: State, data: PostFields): Post[] {
  return [...state.posts, ...state.lapsedPosts].filter(
    (p) => p.position === data.position && (data.unit === undefined || p.unit === data.unit),
  );
}

function isSame(post: Post, { position, unit }: PostFields): boolean {
  return post.position === position && post.unit === (unit ?? null);
}

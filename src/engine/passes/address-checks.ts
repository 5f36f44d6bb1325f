/**
 * Address checks: where a block accesses memory several times at constant distances from one value, one look into the TLB
 * does for all of them. A `reach` goes before the first; the accesses in its range are told about it.
 *
 * What was reached stays reached until something may change what addresses mean: a helper that leaves and does not say
 * what it changes, or an atomic access. That others miss the TLB in between does no harm: a miss only adds to it.
 */

import type { Body, Node, Reached, Reaching, Value } from "../ir.ts";
import { bodiesOf } from "../ir.ts";
import { cannotFallThrough, substitute } from "./rewrite.ts";

type Of<K extends Node["kind"]> = Extract<Node, { kind: K }>;
type Access = Of<"load"> | Of<"store">;

export interface AddressCheckOptions {
  /** What the TLB has for writing may be read at the same place: loads and stores share a check. */
  readonly writableIsReadable?: boolean;
}

/** Bytes that a group may span: the more, the more often it is across two pages and all for nothing. */
const MAX_SPAN = 256;

/** Accesses that are checked together. */
interface Group {
  readonly members: Access[];
  /** Where the bytes accessed begin and end, from the base that their addresses have in common. */
  low: number;
  high: number;
  access: Reaching;
}

/** The base of addresses that have none: those in the region, and absolute ones. */
const inRegion = { kind: "region" } as const;
const absolute = { kind: "absolute" } as const;
type Origin = typeof inRegion | typeof absolute;

export function shareAddressChecks(body: Body, options: AddressCheckOptions = {}): Body {
  const groups = findGroups(body, options.writableIsReadable ?? false).filter(
    ({ members }) => members.length > 1,
  );
  if (groups.length === 0) return body;
  const groupOf = new Map<Node, Group>();
  for (const group of groups) for (const member of group.members) groupOf.set(member, group);
  const replaced = new Map<Value, Value>();
  const reaches = new Map<Group, Value>();
  const out: Node[] = [];
  for (const old of body) {
    const node = substitute(old, replaced);
    const group = node.kind === "load" || node.kind === "store" ? groupOf.get(old) : undefined;
    out.push(group ? checked(node as Access, group, reaches, out) : node);
    const made = out.at(-1);
    if (made?.kind === "load") replaced.set(old as Value, made);
  }
  return out;
}

/** The access, told about its group's check; the first one lists that before it. */
function checked(node: Access, group: Group, reaches: Map<Group, Value>, out: Node[]): Access {
  let base = reaches.get(group);
  if (!base) {
    out.push(...reachOf(group, node));
    base = out.at(-1) as Value;
    reaches.set(group, base);
  }
  return { ...node, reached: reachedBy(base, group, node) };
}

function findGroups(body: Body, shared: boolean): readonly Group[] {
  const groups: Group[] = [];
  const open = { load: new Map<Value | Origin, Group>(), store: new Map<Value | Origin, Group>() };
  if (shared) open.load = open.store;
  for (const node of body) {
    if (mayChangeAddresses(node)) {
      open.load.clear();
      open.store.clear();
    }
    if ((node.kind !== "load" && node.kind !== "store") || node.reached) continue;
    if (node.access.isBounded) continue;
    const { base, offset } = splitAddress(node.address);
    const group = open[node.kind].get(base);
    if (group && extend(group, node, offset)) continue;
    const first: Group = {
      members: [node],
      low: offset,
      high: offset + node.access.size,
      access: node.kind === "store" ? "write" : "read",
    };
    open[node.kind].set(base, first);
    groups.push(first);
  }
  return groups;
}

/** Adds an access to a group, if that does not become too long. */
function extend(group: Group, node: Access, offset: number): boolean {
  const low = Math.min(group.low, offset);
  const high = Math.max(group.high, offset + node.access.size);
  if (high - low > MAX_SPAN) return false;
  group.members.push(node);
  group.low = low;
  group.high = high;
  if (node.kind === "store" && group.access === "read") group.access = "readWrite";
  return true;
}

function mayChangeAddresses(node: Node): boolean {
  switch (node.kind) {
    case "call":
    case "callEffect":
      return node.helper.leaves && node.helper.changes === undefined;
    case "atomic":
    case "compareExchange":
      return true;
    case "if":
    case "choose":
      return bodiesOf(node).some((body) => !cannotFallThrough(body) && body.some(mayChangeAddresses));
    default:
      return false;
  }
}

function splitAddress(address: Value): { readonly base: Value | Origin; readonly offset: number } {
  if (address.kind === "address") return { base: inRegion, offset: address.offset };
  const constant = smallInteger(address);
  if (constant !== undefined) return { base: absolute, offset: constant };
  if (address.kind === "pure" && address.op === "i64.add") {
    const [base, distance] = address.args;
    const offset = distance && smallInteger(distance);
    if (base && offset !== undefined) return { base, offset };
  }
  return { base: address, offset: 0 };
}

/** A constant of 32 bits or so: sums of these are exact. */
function smallInteger(value: Value): number | undefined {
  if (value.kind !== "const" || value.type !== "i64") return undefined;
  const number = Number(value.value);
  return Math.abs(number) <= 2 ** 32 ? number : undefined;
}

/** The nodes that find out where a group lies; the last is the `reach`. */
function reachOf({ low, high, access }: Group, first: Access): readonly Value[] {
  const { base, offset } = splitAddress(first.address);
  const address = offset === low ? first.address : addressOf(base, low);
  const reach: Value = { kind: "reach", type: "i32", address, size: high - low, access };
  return address.kind === "pure" && address !== first.address ? [address, reach] : [reach];
}

function addressOf(base: Value | Origin, offset: number): Value {
  if (base.kind === "region") return { kind: "address", type: "i64", offset };
  const constant: Value = { kind: "const", type: "i64", value: BigInt(offset) };
  if (base.kind === "absolute") return constant;
  return offset === 0 ? base : { kind: "pure", type: "i64", op: "i64.add", args: [base, constant] };
}

function reachedBy(base: Value, group: Group, node: Access): Reached {
  return { base, offset: splitAddress(node.address).offset - group.low };
}

/* What the bot must remember to go on where it stopped: kept in the book itself, as JSON, its integers as text.
 *
 * A state may be older than the book, never newer: it is kept after the facts that it follows from. The way from an older
 * state to the present is walked again, and the book recognises every step. */
import { uuidFromName } from "./daybook.ts";
import { type MarketState, type Trader } from "./paper_trader.ts";

const STATE_NAME = "paper_bot.ts";

interface Kept {
    run: bigint;
    saves: bigint;
    asOf: bigint;
    equityDay: bigint;
    markets: Record<string, MarketState>;
}

/* A name space of their own: the bot in C numbers its states too. */
function snapshotName(saves: bigint): string {
    return `${STATE_NAME}/state/${saves}`;
}

/* An integer is written with an n behind it, which no other text of a state has. */
function toJson(kept: Kept): string {
    return JSON.stringify(kept, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}

function fromJson(text: string): Kept {
    return JSON.parse(text, (_, value: unknown) =>
        typeof value === "string" && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value) as Kept;
}

export async function loadState(t: Trader): Promise<void> {
    const text = await t.book.loadState(t.accountId, STATE_NAME);
    if (text === undefined) return;
    const kept = fromJson(text);
    t.run = kept.run;
    t.saves = kept.saves;
    t.asOf = kept.asOf;
    t.equityDay = kept.equityDay;
    for (const market of t.markets) {
        const state = kept.markets[market.key];
        /* JSON leaves out what is undefined. */
        if (state) market.state = { ...state, order: state.order };
    }
}

/** `nextRun` is the number that the next run of the bot starts with. */
export async function saveState(t: Trader, nextRun: bigint): Promise<void> {
    t.saves++;
    const seen = t.markets.filter((market) => market.state.seen > 0n);
    const kept: Kept = {
        run: nextRun, saves: t.saves, asOf: t.asOf, equityDay: t.equityDay,
        markets: Object.fromEntries(seen.map((market) => [market.key, market.state])),
    };
    const name = snapshotName(t.saves);
    t.accept(await t.book.saveState(t.accountId, uuidFromName(t.accountId, name), STATE_NAME, t.asOf, toJson(kept)), name);
}

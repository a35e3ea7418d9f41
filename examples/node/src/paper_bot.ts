/* A trading bot on paper: examples/paper_bot.c in another language, by SQL alone. Over the same candles it makes the same
 * book, to the last id and digit. It can be stopped at any moment, in any way, and started again: see paper_state.ts. */
import { parseArgs } from "node:util";
import { type Account, Book, BookError, type Candle, type Instrument, uuidFromName } from "./daybook.ts";
import { loadState, saveState } from "./paper_state.ts";
import { freshMarket, type Market, Trader } from "./paper_trader.ts";
import { amount, parseAmount, UNITS } from "./paper_venue.ts";

const VERSION = "1";
/* The name space of everything this bot ever names, made once and for all. */
const PAPER_BOT = "4d0b8f2e-513a-476c-9b1d-6e22c05793a8";
const DAY_US = 86_400_000_000n;
const SAVE_EVERY_DAYS = 7n;
const INTERVAL_S = 60;

const USAGE = `usage: paper_bot [--url URL] [--venue VENUE] [--symbol SYMBOL] [--account-name NAME] [--opening-balance AMOUNT]
Trades on paper over the 1-minute candles of the instruments given (default: all) and keeps the book.
Without --url it takes DAYBOOK_URL, else libpq's own settings.
`;

let stopSignal = 0;

/* ---- going over the candles ---- */

interface Series {
    readonly market: Market;
    readonly candles: AsyncGenerator<Candle, void>;
    next: Candle | undefined;
}

async function advance(series: Series): Promise<void> {
    const { value } = await series.candles.next();
    series.next = value ?? undefined;
}

/* The series whose next candle is the earliest. */
function earliest(all: readonly Series[]): Series | undefined {
    return all.reduce<Series | undefined>(
        (best, series) => (series.next && (!best?.next || series.next.openTime < best.next.openTime) ? series : best), undefined);
}

/* Once a day, before the first candle of the next one: what the account is worth; now and then the state. */
async function closeDay(t: Trader, day: bigint): Promise<void> {
    if (day <= t.equityDay) return;
    const first = t.equityDay === 0n;
    t.equityDay = day;
    if (first) return;
    await t.valueAccount(day * DAY_US);
    if (day % SAVE_EVERY_DAYS === 0n) await saveState(t, t.run);
}

async function goOverCandles(t: Trader, all: readonly Series[]): Promise<void> {
    for (let series = earliest(all); series?.next && !stopSignal; series = earliest(all)) {
        await closeDay(t, series.next.openTime / DAY_US);
        await t.candle(series.market, series.next);
        await advance(series);
    }
}

/* ---- one account ---- */

/* What a currency unknown to the book is registered as, by the guess of libdaybook; whoever knows better registers it first. */
function guessCurrencyKind(code: string): Account["currencyKind"] {
    const fiat = ["USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK", "CNY", "HKD", "SGD", "KRW", "INR", "BRL",
                  "MXN", "ZAR", "TRY"];
    const stable = ["USDT", "USDC", "DAI", "BUSD", "TUSD", "FDUSD", "PYUSD", "EURC"];
    return fiat.includes(code) ? "fiat" : stable.includes(code) ? "stablecoin" : "crypto";
}

/* The state says that the next run is another one before this one is ended: whoever dies in between leaves a run that looks
 * unfinished, but never one that goes on after its end. */
async function finishRun(t: Trader): Promise<void> {
    await t.valueAccount(t.asOf + BigInt(INTERVAL_S) * 1_000_000n);
    await saveState(t, t.run + 1n);
    t.accept(await t.book.finishRun(t.accountId, t.runId, stopSignal ? "interrupted" : "finished"), "run");
}

/* The book keeps positions by itself, from the fills; they must be where the bot believes to be. */
async function checkPositions(t: Trader): Promise<void> {
    const held = await t.book.positions(t.accountId);
    for (const market of t.markets) {
        const theirs = held.find((position) => position.instrumentId === market.instrumentId)?.qty ?? "0";
        const ours = amount(market.state.position);
        if (theirs !== ours) throw new Error(`position in ${market.key}: the book says ${theirs}, the bot ${ours}`);
    }
}

function report(t: Trader, currency: string): string {
    const n = t.counts;
    const already = n.replayed > 0 ? `, ${n.replayed} facts were in the book already` : "";
    return `${t.name}: ${n.candles} candles, ${n.orders} orders, ${n.fills} fills, ${n.canceled} canceled, ${n.rejected} rejected` +
        `${already}, ${t.equity === undefined ? "nothing new" : `equity ${t.equity} ${currency}`}\n`;
}

function makeMarket(instrument: Instrument): Market {
    const lot = instrument.lotSize === null ? UNITS / 10_000n : parseAmount(instrument.lotSize);
    return {
        instrumentId: instrument.instrumentId, key: `${instrument.symbol}/${instrument.kind}`, lot: lot > 0n ? lot : 1n,
        state: freshMarket(),
    };
}

/* Each venue and settlement currency is an account of its own. */
async function trade(book: Book, instruments: readonly Instrument[], accountName: string, openingBalance: string): Promise<void> {
    const [first] = instruments;
    if (!first) return;
    const { venue, settle: currency } = first;
    const name = `${accountName}/${venue}/${currency}`;
    const accountId = uuidFromName(PAPER_BOT, `account/${name}`);
    const t = new Trader(book, name, accountId, parseAmount(openingBalance) / 20n, instruments.map(makeMarket));
    t.accept(await book.openAccount({
        accountId, name, venue, currency, currencyKind: guessCurrencyKind(currency), mode: "paper", openingBalance,
    }), "account");
    t.counts.replayed = 0;
    await loadState(t);

    const all = t.markets.map((market): Series => {
        const { lastTime } = market.state;
        return { market, candles: book.candles(market.instrumentId, INTERVAL_S, lastTime === 0n ? undefined : lastTime), next: undefined };
    });
    for (const series of all) await advance(series);
    if (earliest(all)) {
        const run = { accountId, runId: t.runId, kind: "paper", strategy: "trend following", codeRevision: VERSION } as const;
        t.accept(await book.startRun(run), "run");
        await goOverCandles(t, all);
        await finishRun(t);
    }
    await checkPositions(t);
    process.stdout.write(report(t, currency));
}

/* ---- program ---- */

function explain(error: unknown): string {
    if (!(error instanceof BookError)) return String(error);
    const more = { sqlstate: error.sqlstate, detail: error.detail, hint: error.hint };
    return error.message + Object.entries(more).map(([key, value]) => (value ? `\n  ${key}: ${value}` : "")).join("");
}

async function main(): Promise<number> {
    const string = { type: "string" } as const;
    const { values: options } = parseArgs({
        options: { url: string, venue: string, symbol: string, "account-name": string, "opening-balance": string,
                   help: { type: "boolean", short: "h" } },
    });
    if (options.help) {
        process.stdout.write(USAGE);
        return 0;
    }
    process.on("SIGINT", () => { stopSignal = 2; });
    process.on("SIGTERM", () => { stopSignal = 15; });

    const book = await Book.open({ url: options.url, program: "paper_bot", version: VERSION });
    try {
        const accounts = new Map<string, Instrument[]>();
        for (const instrument of await book.instruments(options.venue, options.symbol)) {
            const key = `${instrument.venue}/${instrument.settle}`;
            accounts.set(key, [...(accounts.get(key) ?? []), instrument]);
        }
        for (const instruments of accounts.values()) {
            if (!stopSignal) await trade(book, instruments, options["account-name"] ?? "paper", options["opening-balance"] ?? "100000");
        }
        if (accounts.size === 0) process.stdout.write("no instrument to trade\n");
    } finally {
        await book.close();
    }
    return stopSignal && 128 + stopSignal;
}

try {
    process.exitCode = await main();
} catch (error) {
    process.stderr.write(`paper_bot: ${explain(error)}\n`);
    process.exitCode = 1;
}

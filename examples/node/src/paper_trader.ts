/* From candle to order to book.
 *
 * Every identity is made from a name that says what the fact is, so that the same candle leads to the same identity however
 * often it is dealt with: after a crash the bot starts from its last kept state, does again what it did, and the book
 * answers `replayed` until it comes to something new. The names are those of examples/paper_trader.c. */
import { type Answer, type Book, type Candle, type Fill, type OrderEvent, type Uuid, uuidFromName } from "./daybook.ts";
import { amount, orderIsDone, type PaperOrder, type PaperReport, UNITS, units, venueCandle } from "./paper_venue.ts";

const FAST_CANDLES = 60;
const SLOW_CANDLES = 480;
/* How far the averages must part before the side is changed. */
const BAND = 0.0025;
const WARM_UP_CANDLES = 480n;
/* After these a limit order is canceled. */
const PATIENCE_CANDLES = 8n;
const ATTEMPTS_MAX = 3n;

/** What is kept of a market between runs. */
export interface MarketState {
    /** The last candle that was dealt with. */
    lastTime: bigint;
    /** Candles. */
    seen: bigint;
    /** Moving averages: statistics. */
    fast: number;
    slow: number;
    /** Last close. */
    mark: bigint;
    /** Signed. */
    position: bigint;
    /** -1 short, 0 nothing yet, 1 long. */
    target: bigint;
    /** Orders for the current target that came to nothing. */
    attempts: bigint;
    /** Live at the venue. */
    order: PaperOrder | undefined;
}

export interface Market {
    readonly instrumentId: Uuid;
    /** Symbol and kind: what names its facts, the same in every database. */
    readonly key: string;
    readonly lot: bigint;
    state: MarketState;
}

export function freshMarket(): MarketState {
    return { lastTime: 0n, seen: 0n, fast: 0, slow: 0, mark: 0n, position: 0n, target: 0n, attempts: 0n, order: undefined };
}

function sign(value: bigint): bigint {
    return value > 0n ? 1n : value < 0n ? -1n : 0n;
}

export class Trader {
    readonly book: Book;
    readonly name: string;
    readonly accountId: Uuid;
    readonly markets: readonly Market[];
    /* Value of a position in the settlement currency. */
    readonly #tradeSize: bigint;

    /* kept between runs */
    run = 1n;
    saves = 0n;
    /** The latest candle of all markets. */
    asOf = 0n;
    /** The last day with an equity point, in days since 1970. */
    equityDay = 0n;

    /* of this run */
    readonly counts = { candles: 0, orders: 0, fills: 0, canceled: 0, rejected: 0, replayed: 0 };
    equity: string | undefined;

    constructor(book: Book, name: string, accountId: Uuid, tradeSize: bigint, markets: readonly Market[]) {
        this.book = book;
        this.name = name;
        this.accountId = accountId;
        this.markets = markets;
        this.#tradeSize = tradeSize;
    }

    get runId(): Uuid {
        return uuidFromName(this.accountId, `run/${this.run}`);
    }

    /** A conflict means that the book holds something else under this identity. */
    accept(answer: Answer, what: string): void {
        if (answer.outcome === "replayed") this.counts.replayed++;
        else if (answer.outcome === "conflict") throw new Error(`${what} of ${this.name}: conflict: ${answer.field}`);
        else if (answer.outcome === "refused") throw new Error(`${what} of ${this.name}: refused: ${answer.detail}`);
    }

    /** Deals with one candle of one market. */
    async candle(market: Market, candle: Candle): Promise<void> {
        const m = market.state;
        if (m.order) await this.#hearFromVenue(market, m.order, candle);

        m.mark = units(candle.close);
        const target = followTrend(m, candle.close);
        const changed = target !== m.target;
        m.target = target;
        if (changed) m.attempts = 0n;

        if (m.order && !m.order.cancelRequested && m.order.acknowledged && (changed || m.order.candles >= PATIENCE_CANDLES)) {
            m.order.cancelRequested = true;
            this.accept(await this.book.requestCancel(this.#event(m.order, "cancel_request", candle)), "cancel_request");
        }
        const difference = m.order || m.attempts >= ATTEMPTS_MAX ? 0n : this.#distance(market);
        if (difference !== 0n) await this.#submit(market, difference, candle);
        m.lastTime = candle.openTime;
        if (candle.openTime > this.asOf) this.asOf = candle.openTime;
        this.counts.candles++;
    }

    /** Values the account with the last prices and keeps the point. */
    async valueAccount(asOf: bigint): Promise<void> {
        const marks = this.markets
            .filter((market) => market.state.mark > 0n)
            .map((market) => ({ instrumentId: market.instrumentId, price: amount(market.state.mark) }));
        const name = `equity/${asOf}`;
        const point = await this.book.recordEquity({
            accountId: this.accountId, pointId: uuidFromName(this.accountId, name), asOf, marks, runId: this.runId,
        });
        this.accept(point, name);
        this.equity = `${point.equity}${point.missing.length > 0 ? " (incomplete)" : ""}`;
    }

    #event(order: PaperOrder, name: string, candle: Candle, reason?: string): OrderEvent {
        return {
            accountId: this.accountId, orderId: order.id, eventId: uuidFromName(order.id, name), occurredAt: candle.openTime, reason,
        };
    }

    /* Hands the candle to the venue and writes its answers down. */
    async #hearFromVenue(market: Market, order: PaperOrder, candle: Candle): Promise<void> {
        const m = market.state;
        const report = venueCandle(order, candle);
        if (report.rejectReason !== undefined) {
            this.accept(await this.book.reject(this.#event(order, "reject", candle, report.rejectReason)), "reject");
            this.counts.rejected++;
            m.attempts++;
        }
        if (report.acknowledged)
            this.accept(await this.book.acknowledge(this.#event(order, "acknowledge", candle), order.id), "acknowledge");
        await this.#recordFills(market, order, report, candle);
        if (report.canceled) {
            this.accept(await this.book.cancel(this.#event(order, "cancel", candle)), "cancel");
            this.counts.canceled++;
            m.attempts++;
        }
        if (report.cancelRejected)
            this.accept(await this.book.rejectCancel(this.#event(order, "cancel_reject", candle, "already filled")), "cancel_reject");
        if (order.filled === order.qty) m.attempts = 0n;
        if (orderIsDone(order, report)) m.order = undefined;
    }

    /* Several fills of one report go in one call: one transaction instead of several. */
    async #recordFills(market: Market, order: PaperOrder, report: PaperReport, candle: Candle): Promise<void> {
        const fills = report.fills.map((fill): Fill => {
            order.fills++;
            market.state.position += order.buy ? fill.qty : -fill.qty;
            this.counts.fills++;
            return {
                fillId: uuidFromName(order.id, `fill/${order.fills}`), orderId: order.id, instrumentId: market.instrumentId,
                side: order.buy ? "buy" : "sell", qty: amount(fill.qty), price: amount(fill.price), fee: amount(fill.fee),
                liquidity: order.price === 0n ? "taker" : "maker", venueTradeId: `${order.id}/${order.fills}`,
                filledAt: candle.openTime,
            };
        });
        const [first] = fills;
        if (!first) return;
        const answers =
            fills.length === 1 ? [await this.book.recordFill(this.accountId, first)] : await this.book.recordFills(this.accountId, fills);
        for (const answer of answers) this.accept(answer, "fill");
    }

    /* Patience first: a limit order at the last price. Where that came to nothing, a market order. */
    async #submit(market: Market, difference: bigint, candle: Candle): Promise<void> {
        const m = market.state;
        const limit = m.attempts === 0n;
        const name = `order/${market.key}/${candle.openTime}`;
        const order: PaperOrder = {
            id: uuidFromName(this.accountId, name), buy: difference > 0n, acknowledged: false, cancelRequested: false,
            qty: difference > 0n ? difference : -difference, price: limit ? m.mark : 0n, filled: 0n, candles: 0n, fills: 0n,
        };
        const answer = await this.book.submit({
            accountId: this.accountId, orderId: order.id, instrumentId: market.instrumentId, side: order.buy ? "buy" : "sell",
            type: limit ? "limit" : "market", qty: amount(order.qty), price: limit ? amount(order.price) : undefined,
            timeInForce: limit ? "gtc" : "ioc", runId: this.runId, submittedAt: candle.openTime,
        });
        this.counts.orders++;
        /* The book may say no (closed account, wrong lot): that is an answer, and the order does not exist for the venue. */
        if (answer.outcome === "refused") {
            this.counts.rejected++;
            m.attempts++;
            return;
        }
        m.order = order;
        this.accept(answer, name);
    }

    /* How much to buy (or, negative, to sell) to be where the target says; whole lots. */
    #distance(market: Market): bigint {
        const m = market.state;
        if (m.target === 0n || m.mark <= 0n) return 0n;
        /* Already on the right side: prices move, but that alone is no reason to trade. */
        if (m.attempts === 0n && sign(m.position) === m.target) return 0n;
        const size = (this.#tradeSize * UNITS) / m.mark;
        const wanted = m.target * (size / market.lot) * market.lot;
        return ((wanted - m.position) / market.lot) * market.lot;
    }
}

/* Two moving averages: long while the fast one is clearly above the slow one, short while it is clearly below. */
function followTrend(m: MarketState, close: number): bigint {
    if (m.seen === 0n) m.fast = m.slow = close;
    m.fast += ((close - m.fast) * 2) / (FAST_CANDLES + 1);
    m.slow += ((close - m.slow) * 2) / (SLOW_CANDLES + 1);
    m.seen++;
    if (m.seen < WARM_UP_CANDLES) return 0n;
    if (m.fast > m.slow * (1 + BAND)) return 1n;
    if (m.fast < m.slow * (1 - BAND)) return -1n;
    return m.target;
}

/* A venue that trades on paper: it answers orders from the candles that follow them.
 *
 * Deterministic: the same order and the same candle give the same answer, always. That is what lets the bot run again over
 * candles it saw before and find everything already in its book. It answers as examples/paper_venue.c does, so that the
 * two bots write the same book. Amounts are whole numbers of 10^-8 units. */
import { type Amount, type Candle, type Uuid, uuidBytes } from "./daybook.ts";

export const UNITS = 100_000_000n;
const REJECTS_PER_THOUSAND = 25n;
const MAKER_FEE_PER_100K = 50n;
const TAKER_FEE_PER_100K = 100n;

export interface PaperOrder {
    id: Uuid;
    buy: boolean;
    acknowledged: boolean;
    cancelRequested: boolean;
    qty: bigint;
    /** 0: a market order. */
    price: bigint;
    filled: bigint;
    /** How many it has seen. */
    candles: bigint;
    fills: bigint;
}

export interface PaperFill {
    readonly qty: bigint;
    readonly price: bigint;
    /** In the settlement currency. */
    readonly fee: bigint;
}

/** What the venue says of an order during one candle. */
export interface PaperReport {
    acknowledged: boolean;
    rejectReason: string | undefined;
    fills: PaperFill[];
    canceled: boolean;
    /** The request came too late. */
    cancelRejected: boolean;
}

/* Chance, but the same every time: mixed from the order's id and the moment. */
function chance(order: PaperOrder, moment: bigint): bigint {
    const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
    let x = uuidBytes(order.id).readBigUInt64LE(8) ^ u64(u64(moment) * 0x9e3779b97f4a7c15n);
    x ^= x >> 31n;
    x = u64(x * 0xd6e8feb86659fd93n);
    return x ^ (x >> 32n);
}

function feeOf(qty: bigint, price: bigint, ratePer100k: bigint): bigint {
    return (((qty * price) / UNITS) * ratePer100k + 50_000n) / 100_000n;
}

/* A market order trades at the next candle's open; a limit order when the candle reaches its price, and never worse. */
function tradePrice(order: PaperOrder, candle: Candle): bigint {
    const open = units(candle.open);
    if (order.price === 0n) return open;
    if (order.buy) return units(candle.low) > order.price ? 0n : open < order.price ? open : order.price;
    return units(candle.high) < order.price ? 0n : open > order.price ? open : order.price;
}

/* A market order takes what it needs, in up to three trades. Of a limit order often only a part finds somebody on the other
 * side. */
function trade(order: PaperOrder, candle: Candle, price: bigint, report: PaperReport): void {
    const luck = chance(order, candle.openTime);
    const left = order.qty - order.filled;
    const whole = order.price === 0n || order.candles >= 3n || luck % 100n < 55n;
    const rate = order.price === 0n ? TAKER_FEE_PER_100K : MAKER_FEE_PER_100K;
    const trades = [1n, 1n, 1n, 2n, 2n, 3n][Number((luck / 100n) % 6n)] ?? 1n;
    let now = whole ? left : left / 2n;
    for (let i = 0n; i < trades && now > 0n; i++) {
        const qty = i === trades - 1n ? now : now / (trades - i);
        if (qty === 0n) continue;
        report.fills.push({ qty, price, fee: feeOf(qty, price, rate) });
        order.filled += qty;
        now -= qty;
    }
}

/** Lets one candle pass over a live order; updates the order and tells what happened. */
export function venueCandle(order: PaperOrder, candle: Candle): PaperReport {
    const report: PaperReport = { acknowledged: false, rejectReason: undefined, fills: [], canceled: false, cancelRejected: false };
    if (!order.acknowledged) {
        if (chance(order, 0n) % 1000n < REJECTS_PER_THOUSAND) {
            report.rejectReason = "insufficient margin";
            return report;
        }
        order.acknowledged = report.acknowledged = true;
    }
    order.candles++;
    const price = tradePrice(order, candle);
    if (price > 0n) trade(order, candle, price, report);
    /* Fills may cross a cancel request on its way: what is left is canceled, and where nothing is left it came too late. */
    report.canceled = order.cancelRequested && order.filled < order.qty;
    report.cancelRejected = order.cancelRequested && order.filled === order.qty;
    return report;
}

export function orderIsDone(order: PaperOrder, last: PaperReport): boolean {
    return last.rejectReason !== undefined || last.canceled || order.filled === order.qty;
}

/** Decimal text, exact and without trailing zeros. */
export function amount(value: bigint): Amount {
    const size = value < 0n ? -value : value;
    const part = (size % UNITS).toString().padStart(8, "0").replace(/0+$/, "");
    return `${value < 0n ? "-" : ""}${size / UNITS}${part && "."}${part}`;
}

/** Of a price in a candle, which is a statistic; half goes away from zero. */
export function units(price: number): bigint {
    return BigInt(Math.sign(price) * Math.round(Math.abs(price) * Number(UNITS)));
}

/** From decimal text; what comes after the eighth decimal is cut off. */
export function parseAmount(text: Amount): bigint {
    const found = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text);
    if (!found) throw new TypeError(`not an amount: ${text}`);
    const [, sign, whole = "", part = ""] = found;
    const value = BigInt(whole) * UNITS + BigInt(part.slice(0, 8).padEnd(8, "0"));
    return sign ? -value : value;
}

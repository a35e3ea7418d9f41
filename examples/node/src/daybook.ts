/* Daybook from TypeScript: the stored functions of the book, called by plain SQL. It does what libdaybook does for C.
 *
 * Every write carries an identity that the caller chooses before it asks; the answer is one of four and stays that for
 * ever, so any call may be repeated. Lost connections are made again inside, within the limits of the options. An error
 * (BookError) means that the outcome could not be had; a refusal by the book is an answer.
 *
 * Amounts are decimal text, exact, in and out. Times are microseconds since 1970-01-01 UTC. Only what is asked for by one
 * book at a time is in order: await each call. It works through PgBouncer in transaction mode. */
import { hostname } from "node:os";
import { Connection, type Row, type Value } from "./connection.ts";
import { type Uuid, uuidV7 } from "./uuid.ts";

export { BookError } from "./connection.ts";
export { type Uuid, uuidBytes, uuidFromName, uuidV7 } from "./uuid.ts";

/** Decimal text: at most 20 integer digits and 18 decimals. */
export type Amount = string;
/** Microseconds since 1970-01-01 UTC. */
export type Micros = bigint;

export type Side = "buy" | "sell";
export type OrderType = "market" | "limit" | "stop" | "stop_limit";
export type TimeInForce = "gtc" | "ioc" | "fok" | "day" | "gtd" | "post_only";
export type Liquidity = "maker" | "taker";
export type RunStatus = "finished" | "failed" | "interrupted";
export type OrderStatus =
    | "denied" | "submitted" | "accepted" | "triggered" | "partially_filled" | "pending_cancel" | "pending_replace"
    | "filled" | "canceled" | "rejected" | "expired";
export type FillFlag = "late" | "overfill" | "orphan" | "out_of_order" | "unpriced_fee" | "corrected" | "busted";

export type Answer =
    /** Recorded now, or before with the same content. `id` differs from the caller's when it was recorded under another. */
    | { readonly outcome: "created" | "replayed"; readonly id: Uuid }
    /** Recorded before with other content; nothing changed. */
    | { readonly outcome: "conflict"; readonly id: Uuid; readonly field: string }
    /** The book says no, for ever. */
    | { readonly outcome: "refused"; readonly id: Uuid; readonly code: string; readonly detail: string };

export interface Account {
    readonly accountId: Uuid;
    readonly name: string;
    /** Lower case code; registered when unknown. */
    readonly venue: string;
    /** Registered when unknown. */
    readonly currency: string;
    readonly currencyKind: "fiat" | "crypto" | "stablecoin" | "commodity" | "index" | "other";
    readonly mode: "live" | "paper" | "backtest";
    readonly positionMode?: "netting" | "hedging";
    readonly openingBalance?: Amount;
}

export interface Instrument {
    readonly instrumentId: Uuid;
    readonly venue: string;
    readonly symbol: string;
    readonly kind: string;
    readonly settle: string;
    readonly tickSize: Amount | null;
    readonly lotSize: Amount | null;
}

export interface Run {
    readonly accountId: Uuid;
    readonly runId: Uuid;
    readonly kind: "backtest" | "paper" | "live";
    readonly strategy: string;
    readonly codeRevision: string;
}

export interface Order {
    readonly accountId: Uuid;
    readonly orderId: Uuid;
    readonly instrumentId: Uuid;
    readonly side: Side;
    readonly type: OrderType;
    readonly qty: Amount;
    readonly price?: Amount | undefined;
    readonly stopPrice?: Amount | undefined;
    readonly timeInForce?: TimeInForce;
    readonly positionKey?: string;
    readonly runId?: Uuid;
    readonly idempotencyKey?: string;
    readonly submittedAt?: Micros;
}

/** What the venue, or the caller, says of an order. */
export interface OrderEvent {
    readonly accountId: Uuid;
    readonly orderId: Uuid;
    readonly eventId: Uuid;
    readonly occurredAt: Micros;
    readonly reason?: string | undefined;
}

export type OrderAnswer = Answer & { readonly status: OrderStatus | null; readonly version: bigint | null };

export interface Fill {
    readonly fillId: Uuid;
    readonly orderId: Uuid;
    readonly instrumentId: Uuid;
    readonly side: Side;
    readonly qty: Amount;
    readonly price: Amount;
    /** Cost positive, rebate negative. */
    readonly fee?: Amount;
    /** Without it the fee is in the currency of the position. */
    readonly feeCurrency?: string;
    readonly liquidity?: Liquidity;
    /** Identifies the fill too, with the discriminator at venues that use a number twice. */
    readonly venueTradeId?: string;
    readonly tradeDiscriminator?: string;
    readonly positionKey?: string;
    readonly filledAt: Micros;
}

/** Order and position as they are after the fill. */
export type FillAnswer = Answer & {
    readonly orderStatus: OrderStatus | null;
    readonly orderCumQty: Amount | null;
    readonly positionQty: Amount | null;
    readonly positionAvgPrice: Amount | null;
    readonly realizedPnl: Amount | null;
    readonly flags: readonly FillFlag[];
};

export interface Position {
    readonly instrumentId: Uuid;
    readonly venue: string;
    readonly symbol: string;
    readonly positionKey: string;
    /** Signed: short is negative. */
    readonly qty: Amount;
    readonly avgPrice: Amount;
    readonly realizedPnl: Amount;
    readonly fees: Amount;
}

export interface Mark {
    readonly instrumentId: Uuid;
    readonly price: Amount;
}

export interface EquityPoint {
    readonly accountId: Uuid;
    readonly pointId: Uuid;
    readonly asOf: Micros;
    readonly marks: readonly Mark[];
    readonly runId?: Uuid;
}

export type EquityAnswer = Answer & {
    /** Null with a conflict, as the next two. */
    readonly balance: Amount | null;
    readonly unrealized: Amount | null;
    readonly equity: Amount | null;
    /** What could not be valued; the sums leave it out. */
    readonly missing: readonly string[];
};

/** Statistics, not money: binary floating point. */
export interface Candle {
    readonly openTime: Micros;
    readonly open: number;
    readonly high: number;
    readonly low: number;
    readonly close: number;
}

export interface BookOptions {
    readonly url?: string | undefined;
    /** Shown to operators, and stored on every fact as the actor. */
    readonly program: string;
    readonly version: string;
    readonly callTimeoutMs?: number;
    readonly retryTotalMs?: number;
}

/* Arguments by name, without their p_; what is undefined is left to the function's default. */
type Arguments = Readonly<Record<string, Value | undefined>>;

export class Book {
    readonly #connection: Connection;
    readonly #session: Uuid;
    readonly #ctx: string;

    private constructor(options: BookOptions) {
        this.#session = uuidV7();
        this.#ctx = JSON.stringify({ session: this.#session, actor: options.program });
        this.#connection = new Connection({
            url: options.url ?? process.env["DAYBOOK_URL"],
            program: options.program,
            callTimeoutMs: options.callTimeoutMs ?? 10_000,
            retryTotalMs: options.retryTotalMs ?? 30_000,
        });
    }

    /** Connects and opens a session, to which every fact recorded through this book can be traced. */
    static async open(options: BookOptions): Promise<Book> {
        const book = new Book(options);
        await book.#connection.open();
        try {
            await book.#write("ops.fn_open_session", "outcome", {
                session_id: book.#session, program: options.program, version: options.version,
                host: hostname(), pid: String(process.pid),
            });
        } catch (error) {
            await book.#connection.close();
            throw error;
        }
        return book;
    }

    /** Ends the session and the connection. A session without an end is one whose program vanished, which is true where
     * this cannot be written. */
    async close(): Promise<void> {
        const statement = "select outcome from ops.fn_close_session($1, $2, $3)";
        await this.#connection.once(statement, [this.#session, "closed", this.#ctx]).catch(() => undefined);
        await this.#connection.close();
    }

    /* ---- accounts, instruments, runs ---- */

    async openAccount(account: Account): Promise<Answer> {
        const { venue, currency } = account;
        /* Names that are known already stay as they are. */
        await this.#write("ref.fn_register_venue", "outcome", { code: venue, name: venue });
        await this.#write("ref.fn_register_currency", "outcome", { code: currency, name: currency, kind: account.currencyKind });
        return answer(await this.#write("trading.fn_open_account", "outcome, account_id as id, conflict_field", {
            account_id: account.accountId, name: account.name, venue, currency, mode: account.mode,
            position_mode: account.positionMode ?? "netting", opening_balance: account.openingBalance ?? "0",
        }));
    }

    async instruments(venue?: string, symbol?: string): Promise<Instrument[]> {
        const rows = await this.#read(
            "ref.fn_instruments",
            "instrument_id, venue, symbol, kind, settle, trim_scale(tick_size) as tick_size, trim_scale(lot_size) as lot_size",
            { venue, symbol }, 'order by venue collate "C", symbol collate "C", kind collate "C"');
        return rows.map((row) => ({
            instrumentId: text(row, "instrument_id"), venue: text(row, "venue"), symbol: text(row, "symbol"),
            kind: text(row, "kind"), settle: text(row, "settle"), tickSize: maybe(row, "tick_size"), lotSize: maybe(row, "lot_size"),
        }));
    }

    async startRun(run: Run): Promise<Answer> {
        return answer(await this.#write("trading.fn_start_run", "outcome, run_id as id, conflict_field", {
            account_id: run.accountId, run_id: run.runId, kind: run.kind, strategy: run.strategy,
            code_revision: run.codeRevision, params: "{}",
        }));
    }

    async finishRun(accountId: Uuid, runId: Uuid, status: RunStatus): Promise<Answer> {
        return answer(await this.#write("trading.fn_finish_run", "outcome, run_id as id, conflict_field",
            { account_id: accountId, run_id: runId, status }));
    }

    /* ---- orders ---- */

    /** Before it is sent to the venue. */
    async submit(order: Order): Promise<OrderAnswer> {
        return orderAnswer(await this.#write("trading.fn_submit_order", ORDER_ANSWER, {
            account_id: order.accountId, order_id: order.orderId, instrument_id: order.instrumentId, side: order.side,
            type: order.type, qty: order.qty, price: order.price ?? null, stop_price: order.stopPrice ?? null,
            time_in_force: order.timeInForce ?? "gtc", position_key: order.positionKey, run_id: order.runId,
            idempotency_key: order.idempotencyKey, submitted_at: order.submittedAt === undefined ? undefined : isoTime(order.submittedAt),
        }));
    }

    /** The venue took the order, under a number of its own. */
    async acknowledge(event: OrderEvent, exchangeOrderId: string): Promise<OrderAnswer> {
        return orderAnswer(await this.#write("trading.fn_acknowledge_order", ORDER_ANSWER, {
            account_id: event.accountId, order_id: event.orderId, event_id: event.eventId,
            exchange_order_id: exchangeOrderId, occurred_at: isoTime(event.occurredAt),
        }));
    }

    /** The venue refused the order. */
    reject(event: OrderEvent): Promise<OrderAnswer> {
        return this.#event("trading.fn_reject_order", event);
    }

    /** The venue is being asked to cancel. */
    requestCancel(event: OrderEvent): Promise<OrderAnswer> {
        return this.#event("trading.fn_request_cancel", event);
    }

    /** The venue canceled. */
    cancel(event: OrderEvent): Promise<OrderAnswer> {
        return this.#event("trading.fn_cancel_order", event);
    }

    /** The venue refused to cancel. */
    rejectCancel(event: OrderEvent): Promise<OrderAnswer> {
        return this.#event("trading.fn_reject_cancel", event);
    }

    /** A timeout or an unreadable reply: never a rejection. */
    doubt(event: OrderEvent): Promise<OrderAnswer> {
        return this.#event("trading.fn_doubt_order", event);
    }

    /* ---- fills ---- */

    async recordFill(accountId: Uuid, fill: Fill): Promise<FillAnswer> {
        return fillAnswer(await this.#write("trading.fn_record_fill", FILL_ANSWER, {
            account_id: accountId, fill_id: fill.fillId, order_id: fill.orderId, instrument_id: fill.instrumentId,
            side: fill.side, qty: fill.qty, price: fill.price, fee: fill.fee ?? "0", fee_currency: fill.feeCurrency ?? null,
            liquidity: fill.liquidity ?? null, venue_trade_id: fill.venueTradeId ?? null,
            trade_discriminator: fill.tradeDiscriminator, position_key: fill.positionKey, filled_at: isoTime(fill.filledAt),
        }));
    }

    /** Many in one transaction, applied in this order, with an answer for each; a malformed one fails the call. */
    async recordFills(accountId: Uuid, fills: readonly Fill[]): Promise<FillAnswer[]> {
        const column = (of: (fill: Fill) => string | undefined): (string | null)[] => fills.map((fill) => of(fill) ?? null);
        const rows = await this.#query("trading.fn_record_fills", FILL_ANSWER, {
            account_id: accountId, fill_ids: column((f) => f.fillId), order_ids: column((f) => f.orderId),
            instrument_ids: column((f) => f.instrumentId), sides: column((f) => f.side), qtys: column((f) => f.qty),
            prices: column((f) => f.price), fees: column((f) => f.fee ?? "0"), fee_currencies: column((f) => f.feeCurrency),
            liquidities: column((f) => f.liquidity), venue_trade_ids: column((f) => f.venueTradeId),
            trade_discriminators: column((f) => f.tradeDiscriminator ?? ""), position_keys: column((f) => f.positionKey ?? ""),
            filled_ats: column((f) => isoTime(f.filledAt)), ctx: this.#ctx,
        }, "order by idx");
        return rows.map(fillAnswer);
    }

    /* ---- positions, equity, state ---- */

    async positions(accountId: Uuid, openOnly = true): Promise<Position[]> {
        const rows = await this.#read(
            "trading.fn_positions", "instrument_id, venue, symbol, position_key, qty, avg_price, realized_pnl, fees",
            { account_id: accountId, open_only: openOnly },
            'order by venue collate "C", symbol collate "C", position_key collate "C", position_id');
        return rows.map((row) => ({
            instrumentId: text(row, "instrument_id"), venue: text(row, "venue"), symbol: text(row, "symbol"),
            positionKey: text(row, "position_key"), qty: text(row, "qty"), avgPrice: text(row, "avg_price"),
            realizedPnl: text(row, "realized_pnl"), fees: text(row, "fees"),
        }));
    }

    /** Values the account with the marks given and keeps the point. */
    async recordEquity(point: EquityPoint): Promise<EquityAnswer> {
        const columns = "outcome, conflict_field, balance, unrealized, equity, array_to_string(missing, ',') as missing";
        const row = await this.#write("trading.fn_record_equity", columns, {
            account_id: point.accountId, point_id: point.pointId, as_of: isoTime(point.asOf),
            instrument_ids: point.marks.map((mark) => mark.instrumentId), prices: point.marks.map((mark) => mark.price),
            run_id: point.runId,
        });
        return {
            ...answer({ ...row, id: point.pointId }), balance: maybe(row, "balance"), unrealized: maybe(row, "unrealized"),
            equity: maybe(row, "equity"), missing: list(row, "missing"),
        };
    }

    /** A program's own state, kept with the book; `state` is JSON. */
    async saveState(accountId: Uuid, snapshotId: Uuid, name: string, asOf: Micros, state: string): Promise<Answer> {
        return answer(await this.#write("trading.fn_save_state", "outcome, snapshot_id as id, conflict_field",
            { account_id: accountId, snapshot_id: snapshotId, name, as_of: isoTime(asOf), state }));
    }

    /** The latest state of that name as JSON, or undefined. */
    async loadState(accountId: Uuid, name: string): Promise<string | undefined> {
        const [row] = await this.#read("trading.fn_load_state", "state", { account_id: accountId, name });
        return row && text(row, "state");
    }

    /* ---- candles ---- */

    /** Those that open after `after`, oldest first; read in pages, each its own transaction. */
    async *candles(instrumentId: Uuid, intervalS: number, after: Micros | undefined): AsyncGenerator<Candle, void> {
        const columns = "(extract(epoch from open_time) * 1000000)::bigint as open_us, open, high, low, close";
        for (let last = after; ; ) {
            const rows = await this.#read("market.fn_klines_page", columns, {
                instrument_id: instrumentId, interval_s: String(intervalS), limit: String(CANDLES_PAGE),
                after: last === undefined ? null : isoTime(last),
            }, "order by open_us");
            if (rows.length === 0) return;
            for (const row of rows) {
                last = BigInt(text(row, "open_us"));
                yield {
                    openTime: last, open: Number(text(row, "open")), high: Number(text(row, "high")),
                    low: Number(text(row, "low")), close: Number(text(row, "close")),
                };
            }
        }
    }

    /* ---- calls ---- */

    async #event(name: string, event: OrderEvent): Promise<OrderAnswer> {
        return orderAnswer(await this.#write(name, ORDER_ANSWER, {
            account_id: event.accountId, order_id: event.orderId, event_id: event.eventId, reason: event.reason ?? null,
            occurred_at: isoTime(event.occurredAt),
        }));
    }

    async #write(name: string, columns: string, args: Arguments): Promise<Row> {
        const rows = await this.#query(name, columns, { ...args, ctx: this.#ctx });
        const [row] = rows;
        if (!row || rows.length !== 1) throw new Error(`${name}: expected one row, got ${rows.length}`);
        return row;
    }

    #read(name: string, columns: string, args: Arguments, rest = ""): Promise<readonly Row[]> {
        return this.#query(name, columns, args, rest);
    }

    /* One unnamed statement a call, so that any pooler may be in between. */
    async #query(name: string, columns: string, args: Arguments, rest = ""): Promise<readonly Row[]> {
        const given = Object.entries(args).filter((entry): entry is [string, Value] => entry[1] !== undefined);
        const named = given.map(([argument], index) => `p_${argument} => $${index + 1}`).join(", ");
        return this.#connection.query(name, `select ${columns} from ${name}(${named}) ${rest}`, given.map(([, value]) => value));
    }
}

const CANDLES_PAGE = 8192;
const ORDER_ANSWER = "outcome, order_id as id, conflict_field, refusal_code, refusal_detail, status, version";
const FILL_ANSWER =
    "outcome, fill_id as id, conflict_field, refusal_code, refusal_detail, order_status, order_cum_qty, position_qty, " +
    "position_avg_price, realized_pnl, array_to_string(flags, ',') as flags";

/* ---- rows ---- */

function maybe(row: Row, column: string): string | null {
    const value = row[column];
    if (value === undefined) throw new Error(`no column ${column} in the answer`);
    return value;
}

function text(row: Row, column: string): string {
    const value = maybe(row, column);
    if (value === null) throw new Error(`column ${column} of the answer is null`);
    return value;
}

function list(row: Row, column: string): string[] {
    return (maybe(row, column) ?? "").split(",").filter((item) => item !== "");
}

function answer(row: Row): Answer {
    const id = text(row, "id");
    const outcome = text(row, "outcome");
    switch (outcome) {
        case "created":
        case "replayed":
            return { outcome, id };
        case "conflict":
            return { outcome, id, field: text(row, "conflict_field") };
        case "refused":
            return { outcome, id, code: text(row, "refusal_code"), detail: text(row, "refusal_detail") };
        default:
            throw new Error(`the book answered with an unknown outcome: ${outcome}; its modules may be newer than this program`);
    }
}

function orderAnswer(row: Row): OrderAnswer {
    const version = maybe(row, "version");
    return { ...answer(row), status: maybe(row, "status") as OrderStatus | null, version: version === null ? null : BigInt(version) };
}

function fillAnswer(row: Row): FillAnswer {
    return {
        ...answer(row), orderStatus: maybe(row, "order_status") as OrderStatus | null, orderCumQty: maybe(row, "order_cum_qty"),
        positionQty: maybe(row, "position_qty"), positionAvgPrice: maybe(row, "position_avg_price"),
        realizedPnl: maybe(row, "realized_pnl"), flags: list(row, "flags") as FillFlag[],
    };
}

/** ISO 8601 with microseconds, which the server reads exactly whatever its settings. */
function isoTime(us: Micros): string {
    const fraction = ((us % 1_000_000n) + 1_000_000n) % 1_000_000n;
    const seconds = new Date(Number((us - fraction) / 1000n)).toISOString().slice(0, 19);
    return `${seconds}.${fraction.toString().padStart(6, "0")}Z`;
}

/* Keeps what each account has earned in a table of its own, from the events of the log, by SQL alone.
 *
 *     create table pnl_by_account (account_id uuid primary key, fills bigint not null, realized numeric not null);
 *     node dist/event_consumer.js --url postgresql://… [--name pnl] [--batch 100]
 *
 * The table and how far the log was read change in one transaction, so each fill counts once, however often this program is
 * killed, started twice or cut off. It does what examples/event_consumer.c does through libdaybook. */
import { hostname } from "node:os";
import { parseArgs } from "node:util";
import pg from "pg";
import { retryKind } from "./connection.ts";
import { uuidV7 } from "./uuid.ts";

/** A row of bus.fn_read_events(). Places are text: they do not fit into a number for ever. */
interface DomainEvent {
    readonly delivery: "live" | "retry" | "replay";
    readonly seq: string;
    readonly epoch: number;
    readonly event_type: string;
    readonly account_id: string;
    readonly aggregate_type: string;
    readonly aggregate_id: string;
    readonly payload: string;
}

interface Turn {
    readonly term: string;
    readonly epoch: number;
    readonly after: string;
}

/** Notified, it looks once a second in case a notification was lost. */
const LOOK_MS = 1000;
const EFFECT = `insert into pnl_by_account as p (account_id, fills, realized)
                values ($1, 1, ($2::jsonb ->> 'realized_net')::numeric)
                on conflict (account_id) do update set fills = p.fills + 1, realized = p.realized + excluded.realized`;

/** An event that cannot be dealt with, and why. */
class Poison extends Error {
    readonly index: number;

    constructor(index: number, cause: unknown) {
        super(cause instanceof Error ? cause.message : String(cause), { cause });
        this.index = index;
    }
}

/** Another process has the turn, or had it meanwhile. */
class Fenced extends Error {}

class Consumer {
    readonly #client: pg.Client;
    readonly #name: string;
    readonly #holder = uuidV7();
    #turn: Turn | undefined;

    constructor(client: pg.Client, name: string) {
        this.#client = client;
        this.#name = name;
    }

    async #one<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[]): Promise<Row> {
        const found = await this.#client.query<Row>(sql, [...values]);
        const row = found.rows[0];
        if (!row) throw new Error("the server answered with no row");
        return row;
    }

    async declare(): Promise<void> {
        const said = await this.#one<{ outcome: string; conflict_field: string | null }>(
            "select outcome, conflict_field from bus.fn_declare_consumer($1, 'application', '{trading.fill_recorded}', p_after_seq => 0)", [this.#name]);
        if (said.outcome === "conflict") throw new Error(`consumer ${this.#name} was declared with other ${said.conflict_field}`);
    }

    /** True when it is this process's turn to read. */
    async attach(): Promise<boolean> {
        const said = await this.#one<{ outcome: string; term: string; after_seq: string; log_epoch: number }>(
            "select outcome, term, after_seq, log_epoch from bus.fn_attach_consumer($1, $2, $3, p_own_session => true)",
            [this.#name, this.#holder, `event_consumer.ts at ${hostname()}, process ${process.pid}`]);
        this.#turn = said.outcome === "refused" ? undefined : { term: said.term, epoch: said.log_epoch, after: said.after_seq };
        /* What it did went back with the log, if that was restored: the place is confirmed as it is. */
        if (this.#turn) await this.#mark(this.#turn, this.#turn.after, []);
        return this.#turn !== undefined;
    }

    async #mark(turn: Turn, upto: string, done: readonly string[]): Promise<void> {
        const said = await this.#one<{ outcome: string }>("select outcome from bus.fn_commit_events($1, $2, $3, $4, $5)",
            [this.#name, turn.term, turn.epoch, upto, done]);
        if (said.outcome === "fenced" || said.outcome === "refused") throw new Fenced(said.outcome);
        this.#turn = { ...turn, after: upto };
    }

    async #apply(events: readonly DomainEvent[]): Promise<void> {
        for (const [index, event] of events.entries()) {
            try {
                await this.#client.query(EFFECT, [event.account_id, event.payload]);
            } catch (error) {
                if (retryKind(error) === "never") throw new Poison(index, error);
                throw error;
            }
        }
    }

    /** Deals with one batch; how many events that were. */
    async work(limit: number): Promise<number> {
        const turn = this.#turn;
        if (!turn) throw new Fenced("not attached");
        await this.#client.query("begin");
        let events: readonly DomainEvent[] = [];
        try {
            events = (await this.#client.query<DomainEvent>(
                "select delivery, seq, epoch, event_type, account_id, aggregate_type, aggregate_id, payload::text from bus.fn_read_events($1, $2, $3)",
                [this.#name, turn.term, limit])).rows;
            await this.#apply(events);
            const live = events.filter((event) => event.delivery === "live");
            if (events.length > 0)
                await this.#mark(turn, live.at(-1)?.seq ?? turn.after, events.filter((event) => event.delivery !== "live").map((event) => event.seq));
            await this.#client.query("commit");
            return events.length;
        } catch (error) {
            await this.#client.query("rollback");
            this.#turn = turn;
            if (!(error instanceof Poison)) throw error;
            return error.index > 0 ? this.work(error.index) : this.#putAside(turn, events[0], error.message);
        }
    }

    /** The event waits, or becomes a dead letter; what was before it has been dealt with. */
    async #putAside(turn: Turn, event: DomainEvent | undefined, why: string): Promise<number> {
        if (!event) throw new Error("no event");
        await this.#client.query("begin");
        await this.#client.query("select * from bus.fn_fail_event($1, $2, $3, $4)", [this.#name, turn.term, event.seq, why]);
        await this.#mark(turn, event.delivery === "live" ? event.seq : turn.after, []);
        await this.#client.query("commit");
        return 1;
    }

    async release(): Promise<void> {
        if (this.#turn) await this.#client.query("select * from bus.fn_release_consumer($1, $2)", [this.#name, this.#turn.term]);
    }
}

const { values } = parseArgs({
    options: { url: { type: "string" }, name: { type: "string", default: "pnl" }, batch: { type: "string", default: "100" } },
});
let stopped = false;
let wake = (): void => undefined;

function pause(): Promise<void> {
    return new Promise((resolve) => {
        const timer = setTimeout(resolve, LOOK_MS);
        wake = () => {
            clearTimeout(timer);
            resolve();
        };
    });
}

async function consume(client: pg.Client): Promise<void> {
    const consumer = new Consumer(client, values.name);
    await consumer.declare();
    await client.query("listen daybook_seq");
    let reading = false;
    while (!stopped) {
        reading = reading || (await consumer.attach());
        let handled = 0;
        try {
            handled = reading ? await consumer.work(Number(values.batch)) : 0;
        } catch (error) {
            /* TB006, TB007: attaching says how it goes on. */
            if (!(error instanceof Fenced) && !(error instanceof pg.DatabaseError && /^TB00[67]$/.test(error.code ?? ""))) throw error;
            reading = false;
        }
        if (handled === 0 && !stopped) await pause();
    }
    await consumer.release();
}

/** A connection that broke is made again; what was not committed has not happened. */
async function main(): Promise<void> {
    while (!stopped) {
        const client = new pg.Client({ connectionString: values.url, application_name: "event_consumer" });
        client.on("notification", () => { wake(); });
        client.on("error", () => { wake(); });
        try {
            await client.connect();
            await consume(client);
        } catch (error) {
            if (retryKind(error) === "never") throw error;
            console.error(`event_consumer: ${error instanceof Error ? error.message : String(error)}`);
            await pause();
        } finally {
            await client.end().catch(() => undefined);
        }
    }
}

for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
        stopped = true;
        wake();
    });
main().catch((error: unknown) => {
    console.error(`event_consumer: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
});

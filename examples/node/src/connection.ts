/* One connection that is made again when it is lost, and the decision to try a statement again: by SQLSTATE, never by the
 * text of a message, with the rules of libdaybook.
 *
 * Only for statements that name their identity. A connection that breaks leaves open whether the server did the work;
 * the next try asks with the same identity, and the book answers `replayed` or `created`. */
import pg from "pg";

/** What goes in: text, an array of texts, or nothing. Amounts are decimal text, so no number is ever rounded. */
export type Value = string | boolean | null | readonly (string | null)[];
/** What comes back: every column as the server's text. */
export type Row = Readonly<Record<string, string | null>>;

export interface ConnectionOptions {
    /** postgresql:// URL; without it libpq's variables hold. */
    readonly url: string | undefined;
    readonly program: string;
    /** Deadline of one try. */
    readonly callTimeoutMs: number;
    /** All tries of one call together. */
    readonly retryTotalMs: number;
}

/** The outcome could not be had: wrong arguments, no permission, server away. A refusal by the book is no error. */
export class BookError extends Error {
    /** Empty when no server spoke. */
    readonly sqlstate: string;
    readonly detail: string | undefined;
    readonly hint: string | undefined;

    constructor(name: string, cause: unknown) {
        const server = cause instanceof pg.DatabaseError ? cause : undefined;
        super(`${name}: ${cause instanceof Error && cause.message ? cause.message : String(cause)}`, { cause });
        this.sqlstate = server?.code ?? "";
        this.detail = server?.detail;
        this.hint = NOT_INSTALLED.has(this.sqlstate)
            ? "install Daybook in this database: daybook migrate apply --modules trading,market"
            : server?.hint;
    }
}

/* A function, a schema or a table does not exist. */
const NOT_INSTALLED: ReadonlySet<string> = new Set(["42883", "3F000", "42P01"]);

/* same: rolled back, the connection is good. reconnect: nothing was done. unknown: it may have been done. */
type RetryKind = "never" | "same" | "reconnect" | "unknown";

/* The first prefix that matches decides. A server that is shut down may have committed before it said so (57P01, 57P02);
 * 08P01 is what PgBouncer says when its server went away in the middle of a statement. */
const RULES: readonly (readonly [prefix: string, kind: RetryKind])[] = [
    ["40001", "same"], ["40P01", "same"], ["55P03", "same"], ["57014", "same"],
    ["40003", "unknown"], ["08001", "reconnect"], ["08003", "reconnect"], ["08004", "reconnect"], ["08006", "reconnect"],
    ["08", "unknown"], ["57P03", "reconnect"], ["57P01", "unknown"], ["57P02", "unknown"], ["57P05", "unknown"],
    ["53300", "reconnect"], ["25006", "reconnect"], ["25P03", "reconnect"],
];

function isFatal(error: pg.DatabaseError): boolean {
    return error.severity === "FATAL" || error.severity === "PANIC";
}

export function retryKind(error: unknown): RetryKind {
    /* What is not the server's word is a connection that broke, or a deadline that passed. */
    if (!(error instanceof pg.DatabaseError)) return "unknown";
    const sqlstate = error.code ?? "";
    const rule = RULES.find(([prefix]) => sqlstate.startsWith(prefix));
    if (rule) return rule[1];
    /* A server that ends the connection for any other reason leaves the outcome open; a refused login does not. */
    return isFatal(error) && !/^(28|3D|42)/.test(sqlstate) ? "unknown" : "never";
}

const DELAY_MIN_MS = 20;
const DELAY_MAX_MS = 2000;

export class Connection {
    readonly #options: ConnectionOptions;
    #client: pg.Client | undefined;

    constructor(options: ConnectionOptions) {
        this.#options = options;
    }

    /** Once, so that a wrong URL is known at once. */
    async open(): Promise<void> {
        try {
            await this.#connected();
        } catch (error) {
            throw new BookError("connecting", error);
        }
    }

    async close(): Promise<void> {
        const client = this.#client;
        this.#client = undefined;
        await client?.end();
    }

    /** Runs a statement until the server answers or the time is up; `name` says in an error what was asked. */
    async query(name: string, text: string, values: readonly Value[]): Promise<readonly Row[]> {
        const started = performance.now();
        let delay = DELAY_MIN_MS;
        for (;;) {
            try {
                return await this.once(text, values);
            } catch (error) {
                const kind = retryKind(error);
                if (kind === "reconnect" || kind === "unknown") this.#drop();
                /* Decorrelated jitter: anywhere between the least pause and three times the last one, capped. */
                delay = DELAY_MIN_MS + Math.random() * (Math.min(delay * 3, DELAY_MAX_MS) - DELAY_MIN_MS);
                if (kind === "never" || performance.now() + delay - started > this.#options.retryTotalMs)
                    throw new BookError(name, error);
                await new Promise((resolve) => setTimeout(resolve, delay));
            }
        }
    }

    /** One try, for what may be left undone. */
    async once(text: string, values: readonly Value[]): Promise<readonly Row[]> {
        const client = await this.#connected();
        const result = await client.query<Record<string, string | null>>(text, values as unknown[]);
        return result.rows;
    }

    async #connected(): Promise<pg.Client> {
        if (this.#client) return this.#client;
        const { url, program, callTimeoutMs } = this.#options;
        const client = new pg.Client({
            ...(url === undefined ? {} : { connectionString: url }),
            application_name: program,
            connectionTimeoutMillis: callTimeoutMs,
            query_timeout: callTimeoutMs,
            types: { getTypeParser: () => (text: string) => text },
        });
        /* A connection that breaks while nobody waits for it is found broken by the next statement. */
        client.on("error", () => undefined);
        try {
            await client.connect();
        } catch (error) {
            void client.end().catch(() => undefined);
            throw error;
        }
        this.#client = client;
        return client;
    }

    /* Not waited for: a server that does not answer would not answer this either. */
    #drop(): void {
        const client = this.#client;
        this.#client = undefined;
        void client?.end().catch(() => undefined);
    }
}

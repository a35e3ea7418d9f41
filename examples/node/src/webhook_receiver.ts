/* Takes events that a relay posts, and prints place, id and type of those that are genuine.
 *
 *     WEBHOOK_SECRET=… [WEBHOOK_SECRET_BEFORE=…] node dist/webhook_receiver.js [--port 8080]
 *
 * While the relay changes to a new secret, both are given here. It does what examples/webhook_receiver.c does with libdaybook's
 * dbk_webhook_verify, and judges alike. An event may come again, after a crash or when an answer was lost: who does more with it
 * than print it remembers daybook-event-id in the transaction that does it. Nothing but 2xx ends the attempts of the relay, so
 * that is said when the event is dealt with and not before. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";

export type Verdict = "genuine" | "stale" | "forged" | "malformed";

const TOLERANCE_S = 300;
const SIGNATURES_MAX = 16;
const BODY_BYTES_MAX = 16 << 20;

/** The time as it was signed and the signatures, or nothing where the header is none of this kind. */
function parse(header: string): { time: string; signatures: string[] } | undefined {
    const signatures: string[] = [];
    let time: string | undefined;
    for (const part of header.split(",")) {
        if (part.startsWith("t=")) {
            if (time !== undefined || !/^t=[0-9]{1,15}$/.test(part)) return undefined;
            time = part.slice(2);
        } else if (part.startsWith("v1=")) {
            if (part.length !== 3 + 64) return undefined;
            signatures.push(part.slice(3));
        } else if (!part.includes("=")) {
            return undefined;
        }
    }
    return time !== undefined && signatures.length > 0 && signatures.length <= SIGNATURES_MAX ? { time, signatures } : undefined;
}

/** `body` are the bytes as they came, before anything made sense of them; any of the secrets may have signed. */
export function verify(header: string | undefined, body: Uint8Array, secrets: readonly string[], nowS = Date.now() / 1000): Verdict {
    const parsed = parse(header ?? "");
    if (!parsed) return "malformed";
    let found = false;
    for (const secret of secrets) {
        if (secret === "") continue;
        const wanted = Buffer.from(createHmac("sha256", secret).update(`${parsed.time}.`).update(body).digest("hex"));
        for (const one of parsed.signatures) {
            const given = Buffer.from(one, "latin1");
            found = (given.length === wanted.length && timingSafeEqual(given, wanted)) || found;
        }
    }
    if (!found) return "forged";
    return Math.abs(Math.floor(nowS) - Number(parsed.time)) <= TOLERANCE_S ? "genuine" : "stale";
}

/** Read to its end even when it is too long, since only then the answer is heard. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
    const pieces: Buffer[] = [];
    let length = 0;
    for await (const piece of request as AsyncIterable<Buffer>) {
        length += piece.length;
        if (length <= BODY_BYTES_MAX) pieces.push(piece);
    }
    return length <= BODY_BYTES_MAX ? Buffer.concat(pieces) : undefined;
}

const { values } = parseArgs({ options: { port: { type: "string", default: "8080" } } });
const secrets = [process.env["WEBHOOK_SECRET"] ?? "", process.env["WEBHOOK_SECRET_BEFORE"] ?? ""];
if (secrets[0] === "") {
    console.error("usage: WEBHOOK_SECRET=… node webhook_receiver.js [--port PORT]");
    process.exit(2);
}

/** The status, and what is said besides. */
async function answerTo(request: IncomingMessage): Promise<[number, string]> {
    if (request.method !== "POST") return [405, "only POST"];
    const body = await bodyOf(request);
    if (!body) return [413, "too long"];
    const header = (name: string): string | undefined => request.headers[name]?.toString();
    const verdict = verify(header("daybook-signature"), body, secrets);
    if (verdict !== "genuine") return [400, verdict];
    console.log(`${header("daybook-seq") ?? "?"} ${header("daybook-event-id") ?? "?"} ${header("daybook-event-type") ?? "?"}`);
    return [204, ""];
}

const server = createServer((request, response) => {
    answerTo(request).then(
        ([status, text]) => response.writeHead(status).end(status === 204 ? undefined : text),
        () => response.destroy(),
    );
});
server.listen(Number(values.port), "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => {
        server.close();
        server.closeAllConnections();
    });
}

/* Identities, as libdaybook makes them: the same name gives the same id in every language. */
import { createHash, randomBytes } from "node:crypto";

/** Lower case, as in 01890a5d-ac96-774b-bcce-b302099a8057. */
export type Uuid = string;

function format(bytes: Buffer, version: number): Uuid {
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | (version << 4), 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    const hex = bytes.toString("hex");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export function uuidBytes(id: Uuid): Buffer {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) throw new TypeError(`not a uuid: ${id}`);
    return Buffer.from(id.replaceAll("-", ""), "hex");
}

/** Deterministic (version 8): the first half of the SHA-256 of name space and name. */
export function uuidFromName(nameSpace: Uuid, name: string): Uuid {
    const digest = createHash("sha256").update(uuidBytes(nameSpace)).update(name, "utf8").digest();
    return format(digest.subarray(0, 16), 8);
}

/** New, ordered by time (version 7). */
export function uuidV7(): Uuid {
    const bytes = randomBytes(16);
    bytes.writeUIntBE(Date.now(), 0, 6);
    return format(bytes, 7);
}

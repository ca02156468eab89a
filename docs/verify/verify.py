#!/usr/bin/env python3
"""Checks a glasskey book, or a part of one, without glasskey.

    python3 verify.py BOOK [--trust FILE] [--heads FILE] [--mds BLOB] [--evidence FILE ...]
    python3 verify.py --evidence FILE [--trust FILE] [--mds BLOB] [--as-of TIME]
    python3 verify.py --seal "GLASSKEY1:S:..." BOOK
    python3 verify.py --batch LISTFILE

Needs Python 3.9 or newer and the package `cryptography`. Opens no network connection and writes no
file. Run it from your own copy: the one in a book came from whoever gave you the book.

Prints a line for each problem, `BAD <file>: <why>`, a line for each question that stays open,
`OPEN <subject>: <check> <verdict>: <why>`, and a summary. Ends with 0 if nothing is wrong and nothing
is open, 1 if some verdict is fail or unknown, 2 if it was called wrongly, 6 if the book must not be
trusted. Left out: what only a tenant can say, and vendors' advisories (`FW-ADVISORY`, never a fail).
A time stamp in anchors/ is held against its name and the ledger's head; who signed it is not judged.

--trust FILE   what you hold from elsewhere: docs/formats/trust.md. Without it, what was pinned here
               for the book's tenant counts; without either a book can only be whole in itself.
--heads FILE   checkpoint texts that you remember, as receipts and codes have them, blank lines
               between.
--evidence F   a registration: {"attestation_object", "client_data_json", "rp_id"?}, base64url.
--mds BLOB     FIDO metadata of your own: anchors of models, and what is reported against them.
--as-of TIME   YYYY-MM-DDTHH:MM:SSZ, YYYYMMDDHHMMSSZ or YYYY-MM-DD: judges as of that time instead of
               now; hypothetical.
--seal TEXT    the code inside a bag, checked against the statement of that digest in the book.
--batch FILE   many books: JSON Lines {"book", "trust"?, "heads"?, "mds"?, "findings"?}; one line of JSON each.
--json         the result as JSON.

Written from docs/formats/ (record, signatures, ledger, evidence, metadata, trust, qr).
"""

import base64
import binascii
import calendar
import codecs
import datetime
import functools
import hashlib
import json
import os
import re
import stat
import sys
import time

try:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.utils import (
        decode_dss_signature,
        encode_dss_signature,
    )
except ImportError:
    sys.stderr.write("verify.py needs the package cryptography: python3 -m pip install cryptography\n")
    sys.exit(2)

SCHEMA = "glasskey.record/1"
MAX_FILE = 32 << 20
MAX_RECORD = 1 << 20
MAX_ROSTER = 256 << 10
MAX_SIGNATURE = 16 << 10
MAX_TRUST = 1 << 20
MAX_PLAN = 1 << 20
MAX_STAMP = 64 << 10
MAX_CERTIFICATE = 64 << 10
MAX_CLIENT_DATA = 64 << 10
MAX_X5C = 8
MAX_INPUT = 16 << 20
INTEGER_LIMIT = 1 << 53
MAX_SIGNERS = 64
MAX_PEOPLE = 1000
MAX_JSON_DEPTH = 32
MAX_CBOR_DEPTH = 16
FIRST_SECOND = -62135596800
LAST_SECOND = 253402207200
DAY = 86400
FOLLOW_UP_DAYS = 5

ENTRA_RP_IDS = ("login.microsoft.com",)


class Bad(Exception):
    """Something is not as its format demands; the text says what."""


class Usage(Exception):
    """The command line or a file named on it cannot be used."""


# --- Small forms ------------------------------------------------------------------------------


def sha256(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


def printable(text):
    """Text that cannot move a cursor, hide, or turn the direction of writing."""
    return "".join(c if c.isprintable() else "\\u{%x}" % ord(c) for c in str(text))


def is_unicode(text):
    """Whether no half of a surrogate pair stands alone in it, as JSON's escapes can write one."""
    return text.isascii() or re.search("[\ud800-\udfff]", text) is None


def b64url(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_b64url(text):
    """Bytes of unpadded base64url in its one spelling."""
    try:
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise Bad("not unpadded base64url")
    if b64url(raw) != text:
        raise Bad("not unpadded base64url")
    return raw


def from_b64(text):
    """Bytes of padded base64 in its one spelling."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        raise Bad("not padded base64")
    if base64.b64encode(raw).decode() != text:
        raise Bad("not padded base64")
    return raw


def from_b32(text):
    """Bytes of unpadded upper-case base32 in its one spelling."""
    try:
        raw = base64.b32decode(text.encode("ascii") + b"=" * (-len(text) % 8))
    except (ValueError, binascii.Error):
        raise Bad("not unpadded base32")
    if base64.b32encode(raw).rstrip(b"=").decode() != text:
        raise Bad("not unpadded base32")
    return raw


def is_digest(text):
    return isinstance(text, str) and re.fullmatch(r"[0-9a-f]{64}", text) is not None


def is_guid(text):
    form = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    return isinstance(text, str) and re.fullmatch(form, text) is not None


def guid(raw):
    text = raw.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def is_ref(text):
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", text) is not None


def parse_time(text):
    """Seconds since 1970 of `YYYY-MM-DDTHH:MM:SSZ`."""
    if not isinstance(text, str) or not re.fullmatch(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", text
    ):
        raise Bad("not a time YYYY-MM-DDTHH:MM:SSZ")
    try:
        moment = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        raise Bad("not a time YYYY-MM-DDTHH:MM:SSZ")
    seconds = calendar.timegm(moment.timetuple())
    # strptime takes second 60 and 61 as it takes 0 and 1 of the next minute.
    if seconds > LAST_SECOND or show_time(seconds) != text:
        raise Bad("not a time YYYY-MM-DDTHH:MM:SSZ")
    return seconds


def show_time(seconds):
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    return "%04d-%02d-%02dT%02d:%02d:%02dZ" % moment.timetuple()[:6]


def later(seconds, by):
    return max(FIRST_SECOND, min(LAST_SECOND, seconds + by))


# --- Canonical JSON (record.md) ---------------------------------------------------------------

ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
}


def json_string(text):
    out = []
    for c in text:
        if c in ESCAPES:
            out.append(ESCAPES[c])
        elif c < " ":
            out.append("\\u%04x" % ord(c))
        else:
            out.append(c)
    return '"' + "".join(out) + '"'


def json_text(value, depth=0):
    if depth > MAX_JSON_DEPTH:
        raise Bad("more than 32 levels")
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return json_string(value)
    if isinstance(value, int):
        if not -INTEGER_LIMIT < value < INTEGER_LIMIT:
            raise Bad("an integer of 2^53 or more")
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join([json_text(one, depth + 1) for one in value]) + "]"
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        members = [json_string(name) + ":" + json_text(value[name], depth + 1) for name in names]
        return "{" + ",".join(members) + "}"
    raise Bad("a value that is never written")


def canonical(value):
    try:
        return json_text(value).encode("utf-8")
    except UnicodeEncodeError:
        raise Bad("text that is not Unicode")


def unique_members(pairs):
    members = {}
    for name, value in pairs:
        if name in members:
            raise Bad("a name twice in one object")
        members[name] = value
    return members


def no_number(text):
    raise Bad("a number that is not a plain integer")


def integer(text):
    if len(text) > 17:
        raise Bad("an integer of 2^53 or more")
    return int(text)


def read_json(raw):
    try:
        return json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=unique_members,
            parse_float=no_number,
            parse_constant=no_number,
            parse_int=integer,
        )
    except UnicodeDecodeError:
        raise Bad("text that is not UTF-8")
    except RecursionError:
        raise Bad("more than 32 levels")
    except ValueError:
        raise Bad("not JSON")


def read_canonical(raw):
    value = read_json(raw)
    try:
        again = canonical(value)
    except UnicodeEncodeError:
        raise Bad("text that is not Unicode")
    if again != raw:
        raise Bad("not in its one canonical spelling")
    return value


# --- The record's shape (record.md): closed, an empty list is left out ------------------------


def text(value):
    if not isinstance(value, str):
        raise Bad("not text")
    if not is_unicode(value):
        raise Bad("text that is not Unicode")


def boolean(value):
    if not isinstance(value, bool):
        raise Bad("not true or false")


def number(limit):
    def check(value):
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < limit:
            raise Bad("not a number in range")

    return check


def digest(value):
    if not is_digest(value):
        raise Bad("not a digest")


def thumbprint(value):
    text(value)
    if not re.fullmatch(r"[0-9a-f]{40}", value):
        raise Bad("not a thumbprint")


def a_guid(value):
    if not is_guid(value):
        raise Bad("not a guid")


def a_time(value):
    parse_time(value)


def some_bytes(value):
    text(value)
    from_b64url(value)


def credential(value):
    text(value)
    if not 1 <= len(from_b64url(value)) <= 1023:
        raise Bad("not a credential id")


def cose(value):
    text(value)
    CoseKey(from_b64url(value))


def check_id(value):
    text(value)
    if value not in CHECKS:
        raise Bad("not the id of a check")


def exactly(word):
    return one_of(word)


def one_of(*words):
    def check(value):
        if not isinstance(value, str) or value not in words:
            raise Bad("not one of " + ", ".join(words))

    return check


def some_of(check):
    """A list that is left out where it is empty."""

    def inner(value):
        if not isinstance(value, list) or not value:
            raise Bad("not a list with something in it")
        for one in value:
            check(one)

    return inner


def all_of(check):
    """A list that is always there and may be empty."""

    def inner(value):
        if not isinstance(value, list):
            raise Bad("not a list")
        for one in value:
            check(one)

    return inner


def map_of(check):
    def inner(value):
        if not isinstance(value, dict):
            raise Bad("not an object")
        for one in value.values():
            check(one)

    return inner


def members(**shape):
    """A closed object; `_name` is a member that may be absent. `ref_` is spelled `ref`."""
    needed, allowed = {}, {}
    for name, check in shape.items():
        plain = name.strip("_")
        allowed[plain] = check
        if not name.startswith("_"):
            needed[plain] = check

    def inner(value):
        if not isinstance(value, dict):
            raise Bad("not an object")
        for name, one in value.items():
            if name not in allowed:
                raise Bad("unknown member %s" % json_string(name))
            try:
                allowed[name](one)
            except Bad as why:
                raise Bad("%s: %s" % (name, why) if ":" not in str(why) else "%s.%s" % (name, why))
        for name in needed:
            if name not in value:
                raise Bad("no member %s" % name)

    return inner


U32 = number(1 << 32)
U53 = number(INTEGER_LIMIT)
BASIS = one_of(
    "getinfo", "usb", "init", "vendor", "attested", "listed", "engraved", "registration", "record"
)
CLAIM = members(basis=BASIS, value=text)
HEAD = members(origin=text, root=digest, size=U53)
DAYS = members(fail=U32, warn=U32)
ROLES = ("operator", "witness", "custodian", "safe-controller", "auditor", "reviewer")
VERDICTS = ("pass", "warn", "fail", "unknown", "not_run", "accepted")
EVENTS = (
    "genesis",
    "registration",
    "verification",
    "custody",
    "retirement",
    "loss",
    "exception",
    "amendment",
    "people",
    "policy",
    "acceptance",
    "training",
)

# docs/checks.md
CHECKS = (
    "AAGUID-ALLOWED", "ACCOUNT-CLOUD-ONLY", "ACCOUNT-COUNT", "ACCOUNT-DOMAIN", "ACCOUNT-ENABLED",
    "ACCOUNT-UNDECLARED", "ALERT-RULE", "ALWAYS-UV", "ATT-AAGUID-EXT", "ATT-CERT-REQ", "ATT-CHAIN", "ATT-FMT",
    "ATT-SIG", "ATTESTATION-ENFORCED", "BAG-CONTINUITY", "BAG-UNIQUE", "CA-EXCLUSION", "CA-GROUP-PROTECTED",
    "CA-REGISTRATION", "CA-REPORT-ONLY", "COMMON-MODE", "CRED-FOREIGN", "CRED-MATCH", "CRED-PRESENT",
    "CTR-DELTA", "CTR-MONO", "DUE", "ENROL-PATHS", "FIDO2-ENABLED", "FW-ADVISORY", "FW-ATTESTED", "FW-MIN",
    "INCIDENT-REVIEW", "KEY-SHARED", "LEDGER-HEAD", "LOG-EXPORT", "LOSS-REVOKED", "MDS-ROLLBACK", "MDS-SIG",
    "MDS-STALE", "MDS-STATUS", "METHOD-ATTESTED", "METHOD-MISSING", "METHOD-UNEXPECTED", "METHODS-ONLY-STRONG",
    "MFA-READY", "MS-90D", "MS-90D-SIGNIN", "ONE-KEY", "PAGE-DRAWN", "PAGE-PLAN", "PAGE-RECORD", "PAGE-SIGNED",
    "PASSKEY-TYPE", "PASSWORD-CHANGED", "PIN-CHANGE", "PIN-CUSTODY", "PIN-FORCE-CHANGE", "PIN-MIN-LENGTH",
    "PIN-POWER-CYCLE", "PIN-PROVEN", "PIN-RETRIES", "PIN-SET", "PRES-BIND", "PRES-SIG", "RECOVERY",
    "RESTORE-OPEN", "RMAU", "ROLE-PERMANENT", "ROLE-SEPARATION", "RP-HASH", "SAME-KEY", "SECOND-OPINION",
    "SECURITY-DEFAULTS", "SELF-SERVICE-ON", "SERIAL-BASIS", "SESSIONS-REVOKED", "SIGNIN-FIDO2", "SIGNIN-SINCE",
    "SITE-PAIR", "SLOTS-LEFT", "SSPR-OFF", "TAP-EXCLUDED", "TAP-LEFT", "TIME-ORDER", "TIME-SKEW",
    "TOUCH-SENSOR", "TRUST-ROOT", "UP", "UV", "UV-RETRIES", "WITNESS-COUNT",
)

BAG = members(number=text, state=one_of("intact", "broken", "missing"))

STATEMENT = members(
    _acceptance=members(check=check_id, _reason=text, subject=text, until=a_time),
    _account=members(alias=text, object_id=a_guid),
    _amendment=members(record=U53, sha256=digest, text=text),
    _anchors=some_of(digest),
    _checklist=some_of(members(done=boolean, item=text, text=text)),
    _custody=members(
        bag=text,
        _previous_bag=BAG,
        safe=text,
        _shelf=text,
    ),
    event=one_of(*EVENTS),
    _exceptions=some_of(members(step=text, text=text)),
    expected_signers=all_of(text),
    _findings=some_of(
        members(check=check_id, detail=text, _fix=text, subject=text, verdict=one_of(*VERDICTS))
    ),
    inputs=members(
        _graph_date=a_time,
        _mds=members(no=U32, sha256=digest),
        _observer_sha256=digest,
        plan_sha256=digest,
        policy_sha256=digest,
        _request_ids=some_of(a_guid),
        roster_sha256=digest,
        _script_sha256=digest,
    ),
    _key=members(
        aaguid=a_guid,
        _credential_id=credential,
        _firmware=CLAIM,
        label=text,
        _method_id=text,
        pin=members(
            _always_uv=boolean,
            _changed=boolean,
            _force_change=boolean,
            _min_length=U32,
            _retries=U32,
            set=boolean,
            _uv_retries=U32,
        ),
        _public_key=members(basis=BASIS, cose=cose),
        _rp_id=text,
        _serial=CLAIM,
        slots=members(_left=U32, _used=U32),
    ),
    ledger=HEAD,
    _level=one_of("L0", "L1", "L2"),
    _loss=members(
        discovered=a_time,
        _hunt=members(from_=a_time, outcome=text, sign_ins=U53, until=a_time),
        _revoked=a_time,
    ),
    _nonces=some_of(members(ref_=text, value=some_bytes)),
    _opening=members(
        at=a_time,
        _bag=BAG,
        _opened_by=some_of(text),
        reason=one_of("incident", "test", "inspection", "move"),
        _text=text,
    ),
    _people=some_of(members(ref_=text, roles=all_of(one_of(*ROLES)))),
    _people_sha256=digest,
    _pin_envelope=members(held_by=all_of(text), number=text),
    _policy=members(
        keys_per_account=U32,
        max_emergency_accounts=U32,
        metadata_stale_days=DAYS,
        min_firmware=map_of(text),
        min_pin_length=U32,
        outside_anchors=U32,
        pin_proven_days=DAYS,
        pin_retries_floor=U32,
        portals=all_of(text),
        remind_days=U32,
        second_opinion=boolean,
        sites_per_account=U32,
        time_skew_seconds=U32,
        verify_every_days=U32,
        witnesses=members(loss=U32, other=U32, registration=U32),
    ),
    _portal=members(
        attested=boolean,
        _certificates=some_of(thumbprint),
        enforced=boolean,
        _pass=members(gone=a_time, made=a_time),
    ),
    record_id=a_guid,
    _reference=text,
    rehearsal=boolean,
    _replaces=members(label=text, record=U53),
    _retirement=members(end=one_of("deleted", "reset", "not-in-hand"), revoked=a_time),
    _review=members(record=U53, text=text),
    schema=exactly(SCHEMA),
    _sealed=some_of(digest),
    _sign_in=members(_alert=members(id=text, seen_by=text), at=a_time, id=a_guid),
    tenant_id=a_guid,
    time=members(source=one_of("host-clock", "rehearsal"), started=a_time),
    tool=members(name=text, version=text),
    _training=members(head=HEAD, people=all_of(text)),
    _unseen_key=members(label=text, record=U53),
)
MADE = members(attestation_object=some_bytes, client_data_json=some_bytes)
ASSERTED = members(authenticator_data=some_bytes, client_data_json=some_bytes, signature=some_bytes)
RECORD = members(
    evidence=members(_attest=MADE, _presence=ASSERTED, _probe=ASSERTED, _registration=MADE),
    statement=STATEMENT,
)


def read_record(raw):
    if len(raw) > MAX_RECORD:
        raise Bad("larger than 1 MiB")
    value = read_canonical(raw)
    statement = value.get("statement") if isinstance(value, dict) else None
    schema = statement.get("schema") if isinstance(statement, dict) else None
    if isinstance(schema, str) and schema != SCHEMA:
        raise Bad("schema %s, which this program does not know" % json_string(schema))
    RECORD(value)
    return value


# --- Signatures by any key --------------------------------------------------------------------

HASHES = {"sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512}
CURVES = {"p256": (ec.SECP256R1, 65), "p384": (ec.SECP384R1, 97)}


@functools.lru_cache(maxsize=8192)
def verifies(kind, key, message, signature, hash_name="sha256", pss=False):
    """Whether `key` made `signature` (ECDSA in DER) over `message`."""
    try:
        if kind == "ed25519":
            if len(key) != 32 or len(signature) != 64:
                return False
            Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        elif kind in CURVES:
            curve, length = CURVES[kind]
            if len(key) != length or key[0] != 4:
                return False
            if encode_dss_signature(*decode_dss_signature(signature)) != signature:
                return False
            public = ec.EllipticCurvePublicKey.from_encoded_point(curve(), key)
            public.verify(signature, message, ec.ECDSA(HASHES[hash_name]()))
        else:
            n, e = key
            bits = n.bit_length()
            if not 2048 <= bits <= 8192 or n % 2 == 0 or not 3 <= e < 1 << 33 or e % 2 == 0:
                return False
            if len(signature) != (bits + 7) // 8:
                return False
            chosen = HASHES[hash_name]()
            how = padding.PKCS1v15()
            if pss:
                how = padding.PSS(mgf=padding.MGF1(chosen), salt_length=chosen.digest_size)
            rsa.RSAPublicNumbers(e, n).public_key().verify(signature, message, how, chosen)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError, OverflowError):
        return False
    return True


# --- SSHSIG and the roster (signatures.md) ----------------------------------------------------

NAMESPACES = ("glasskey-record-v1", "glasskey-checkpoint-v1", "glasskey-roster-v1")
RECORD_NS, CHECKPOINT_NS, ROSTER_NS = NAMESPACES
BEGIN = b"-----BEGIN SSH SIGNATURE-----\n"
END = b"-----END SSH SIGNATURE-----\n"


class Wire:
    """SSH's encoding (RFC 4251 section 5), one value after the other."""

    def __init__(self, raw):
        self.raw, self.at = raw, 0

    def take(self, count):
        if count > len(self.raw) - self.at:
            raise Bad("it ends too early")
        self.at += count
        return self.raw[self.at - count : self.at]

    def u32(self):
        return int.from_bytes(self.take(4), "big")

    def string(self):
        return self.take(self.u32())

    def positive(self):
        raw = self.string()
        if not raw or raw[0] >= 0x80 or raw == b"\0" or (raw[0] == 0 and raw[1] < 0x80):
            raise Bad("an integer that is not positive and minimal")
        return raw.lstrip(b"\0")

    def end(self):
        if self.at != len(self.raw):
            raise Bad("bytes are left over")


class SshKey:
    """One of the five kinds of key that sign here."""

    def __init__(self, blob):
        wire = Wire(blob)
        self.blob, self.application = blob, None
        self.kind = wire.string().decode("latin-1")
        if self.kind in ("ssh-ed25519", "sk-ssh-ed25519@openssh.com"):
            self.key = wire.string()
            if len(self.key) != 32:
                raise Bad("not an Ed25519 key")
        elif self.kind in ("ecdsa-sha2-nistp256", "sk-ecdsa-sha2-nistp256@openssh.com"):
            if wire.string() != b"nistp256":
                raise Bad("another curve than P-256")
            self.key = wire.string()
            if len(self.key) != 65:
                raise Bad("not an uncompressed point")
            try:
                ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), self.key)
            except ValueError:
                raise Bad("not a point on the curve")
        elif self.kind == "ssh-rsa":
            e, n = wire.positive(), wire.positive()
            self.key = (int.from_bytes(n, "big"), int.from_bytes(e, "big"))
            if not 2048 <= self.key[0].bit_length() <= 8192 or self.key[0] % 2 == 0:
                raise Bad("an RSA modulus that is not of 2,048 to 8,192 bits")
            if len(e) > 5 or not 3 <= self.key[1] < 1 << 33 or self.key[1] % 2 == 0:
                raise Bad("an RSA exponent that is not accepted")
        else:
            raise Bad("a kind of key that does not sign here")
        if self.kind.startswith("sk-"):
            self.application = wire.string()
            try:
                named = self.application.decode("utf-8")
            except UnicodeDecodeError:
                raise Bad("a security key's application that is not text")
            if not named.startswith("ssh:") or re.search(r"[\x00-\x1f\x7f-\x9f]", named):
                raise Bad("a security key made for another application than ssh:")
        wire.end()

    def fingerprint(self):
        return "SHA256:" + base64.b64encode(sha256(self.blob)).decode().rstrip("=")


def ecdsa_der(blob):
    wire = Wire(blob)
    r, s = wire.positive(), wire.positive()
    wire.end()
    if len(r) > 32 or len(s) > 32:
        raise Bad("an ECDSA signature that is too long")
    return encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))


def armour(blob):
    encoded = base64.b64encode(blob)
    lines = [encoded[at : at + 70] + b"\n" for at in range(0, len(encoded), 70)]
    return BEGIN + b"".join(lines) + END


class SshSig:
    """An SSHSIG in the one spelling that is accepted."""

    def __init__(self, armoured):
        if len(armoured) > MAX_SIGNATURE:
            raise Bad("a signature of more than 16 KiB")
        if not armoured.startswith(BEGIN) or not armoured.endswith(END) or len(armoured) < len(BEGIN) + len(END):
            raise Bad("not an armoured SSH signature")
        body = armoured[len(BEGIN) : -len(END)].replace(b"\n", b"")
        try:
            blob = base64.b64decode(body, validate=True)
        except (ValueError, binascii.Error):
            raise Bad("not an armoured SSH signature")
        if armour(blob) != armoured:
            raise Bad("armour in a second spelling")
        if not blob.startswith(b"SSHSIG"):
            raise Bad("not an SSH signature")
        wire = Wire(blob[6:])
        if wire.u32() != 1:
            raise Bad("not version 1")
        self.key = SshKey(wire.string())
        self.namespace = wire.string()
        if not self.namespace or not all(0x21 <= byte <= 0x7E for byte in self.namespace):
            raise Bad("a namespace that is not plain")
        if wire.string():
            raise Bad("the reserved field is not empty")
        self.hash = wire.string().decode("latin-1")
        if self.hash not in ("sha512", "sha256"):
            raise Bad("a hash that is not accepted")
        inner = Wire(wire.string())
        wire.end()
        name = inner.string().decode("latin-1")
        raw = inner.string()
        self.flags, self.counter, self.rsa_hash = None, None, None
        if self.key.kind == "ssh-rsa":
            if name not in ("rsa-sha2-256", "rsa-sha2-512"):
                raise Bad("a signature of another kind than the key")
            self.rsa_hash = "sha256" if name == "rsa-sha2-256" else "sha512"
            if len(raw) != (self.key.key[0].bit_length() + 7) // 8:
                raise Bad("a signature that is not as long as the modulus")
        elif name != self.key.kind:
            raise Bad("a signature of another kind than the key")
        elif "ed25519" in name:
            if len(raw) != 64:
                raise Bad("not an Ed25519 signature")
        else:
            raw = ecdsa_der(raw)
        if self.key.application is not None:
            self.flags = inner.take(1)
            self.counter = inner.take(4)
        inner.end()
        self.raw = raw

    def verify(self, namespace, message):
        if self.namespace != namespace.encode():
            raise Bad("a signature for another purpose")

        def string(raw):
            return len(raw).to_bytes(4, "big") + raw

        hashed = hashlib.new(self.hash, message).digest()
        data = b"SSHSIG" + string(self.namespace) + string(b"") + string(self.hash.encode()) + string(hashed)
        if self.flags is not None:
            if self.flags[0] & 0x05 != 0x05:
                raise Bad("the signer's security key did not verify a person")
            data = sha256(self.key.application) + self.flags + self.counter + sha256(data)
        if "ed25519" in self.key.kind:
            good = verifies("ed25519", self.key.key, data, self.raw)
        elif self.rsa_hash:
            good = verifies("rsa", self.key.key, data, self.raw, self.rsa_hash)
        else:
            good = verifies("p256", self.key.key, data, self.raw)
        if not good:
            raise Bad("the signature does not verify over the file")


def compact_time(value):
    if not re.fullmatch(r"[0-9]{14}Z", value):
        raise Bad("not a time YYYYMMDDHHMMSSZ")
    dashed = "%s-%s-%sT%s:%s:%sZ" % (value[:4], value[4:6], value[6:8], value[8:10], value[10:12], value[12:14])
    seconds = parse_time(dashed)
    if seconds <= 0:
        raise Bad("a time before 1970")
    return seconds


OPTIONS = re.compile(
    r'namespaces="([a-z0-9,-]+)"(?:,valid-after="([^"]*)")?(?:,valid-before="([^"]*)")?'
)


class Roster:
    """Who may sign what, from when until when."""

    def __init__(self, raw):
        if len(raw) > MAX_ROSTER:
            raise Bad("larger than 256 KiB")
        if not raw.endswith(b"\n") or not all(byte == 0x0A or 0x20 <= byte <= 0x7E for byte in raw):
            raise Bad("not plain text of whole lines")
        self.sha256 = sha256(raw).hex()
        self.people = {}
        folded, keys = set(), set()
        for place, line in enumerate(raw.decode("ascii")[:-1].split("\n"), 1):
            try:
                ref, entry = self.entry(line)
                if ref.lower() in folded:
                    raise Bad("%s is on it twice" % ref)
                if entry[3].blob in keys:
                    raise Bad("a key is on it twice")
            except Bad as why:
                raise Bad("line %d: %s" % (place, why))
            folded.add(ref.lower())
            keys.add(entry[3].blob)
            self.people[ref] = entry

    @staticmethod
    def entry(line):
        parts = line.split(" ")
        if len(parts) != 4:
            raise Bad("not `ref options type key`")
        ref, options, kind, encoded = parts
        if not is_ref(ref):
            raise Bad("no ref at its beginning")
        found = OPTIONS.fullmatch(options)
        if not found:
            raise Bad("options that are not used here, or in another order")
        names = found.group(1).split(",")
        if names != [name for name in NAMESPACES if name in names]:
            raise Bad("namespaces that are not ours, or in another order")
        after = compact_time(found.group(2)) if found.group(2) is not None else None
        before = compact_time(found.group(3)) if found.group(3) is not None else None
        if after is not None and before is not None and before <= after:
            raise Bad("its validity ends before it begins")
        if len(kind) + 1 + len(encoded) > 8 << 10:
            raise Bad("a public key that is too long")
        key = SshKey(from_b64(encoded))
        if key.kind != kind:
            raise Bad("a public key of another type")
        return ref, (names, after, before, key)

    def verify(self, ref, namespace, message, armoured, at):
        if ref not in self.people:
            raise Bad("the signer is not on the roster")
        names, after, before, key = self.people[ref]
        try:
            signature = SshSig(armoured)
        except Bad as why:
            raise Bad("it is not an SSH signature in its one spelling: %s" % why)
        if signature.key.blob != key.blob:
            raise Bad("made by another key than the roster names")
        if (after is not None and at < after) or (before is not None and at > before):
            raise Bad("the roster's dates do not cover the record's time")
        if namespace not in names:
            raise Bad("the roster does not let this person sign such a file")
        signature.verify(namespace, message)
        return key.fingerprint()


# --- CBOR, COSE keys, authenticator data (evidence.md) ----------------------------------------


class Cbor:
    """Tolerant CBOR: any key order and long heads, but no key twice and nothing indefinite.

    Values are pairs: ("i", int), ("b", bytes), ("t", str), ("a", list), ("m", [(key, value)]),
    ("g", (tag, value)), ("s", (initial byte, rest)).
    """

    def __init__(self, raw):
        self.raw, self.at = raw, 0

    def take(self, count):
        if count > len(self.raw) - self.at:
            raise Bad("CBOR that ends too early")
        self.at += count
        return self.raw[self.at - count : self.at]

    def item(self, depth=0):
        if depth > MAX_CBOR_DEPTH:
            raise Bad("CBOR of more than 16 levels")
        initial = self.take(1)[0]
        major, low = initial >> 5, initial & 0x1F
        if major == 7:
            if low < 24:
                return ("s", (initial, b""))
            if low > 27:
                raise Bad("CBOR of indefinite length")
            rest = self.take(1 << (low - 24))
            if low == 24 and rest[0] < 32:
                raise Bad("CBOR that is not well-formed")
            return ("s", (initial, rest))
        if low < 24:
            argument = low
        elif low < 28:
            argument = int.from_bytes(self.take(1 << (low - 24)), "big")
        else:
            raise Bad("CBOR of indefinite length")
        if major == 0:
            return ("i", argument)
        if major == 1:
            return ("i", -1 - argument)
        if major == 2:
            return ("b", self.take(argument))
        if major == 3:
            return ("t", self.take(argument).decode("utf-8", "replace"))
        left = len(self.raw) - self.at
        if major == 4:
            if argument > left:
                raise Bad("CBOR that ends too early")
            return ("a", [self.item(depth + 1) for _ in range(argument)])
        if major == 5:
            if argument > left // 2:
                raise Bad("CBOR that ends too early")
            found, seen = [], set()
            for _ in range(argument):
                key = self.item(depth + 1)
                found.append((key, self.item(depth + 1)))
                name = fixed(key)
                if name in seen:
                    raise Bad("a CBOR key twice")
                seen.add(name)
            return ("m", found)
        return ("g", (argument, self.item(depth + 1)))


def fixed(value):
    """The value as something that can be in a set."""
    kind, held = value
    if kind == "a":
        return (kind, tuple(fixed(one) for one in held))
    if kind == "m":
        return (kind, frozenset((fixed(key), fixed(one)) for key, one in held))
    if kind == "g":
        return (kind, (held[0], fixed(held[1])))
    return value


def whole_cbor(raw):
    reader = Cbor(raw)
    value = reader.item()
    if reader.at != len(raw):
        raise Bad("bytes after the CBOR")
    return value


def cbor_member(value, name, kind):
    """The member of a map of that kind; `None` if there is none."""
    wanted = ("t", name) if isinstance(name, str) else ("i", name)
    if value[0] != "m":
        return None
    for key, one in value[1]:
        if key == wanted:
            if one[0] != kind:
                return None
            if kind == "i" and not -(1 << 63) <= one[1] < 1 << 63:
                return None
            return one[1]
    return None


class CoseKey:
    """A public key in COSE form; `kind` is `None` where its algorithm is not checked here."""

    def __init__(self, raw):
        value = whole_cbor(raw)
        self.raw, self.kind, self.key = raw, None, None
        self.algorithm = cbor_member(value, 3, "i")
        kty, curve = cbor_member(value, 1, "i"), cbor_member(value, -1, "i")
        if self.algorithm is None or kty is None:
            raise Bad("a COSE key without type or algorithm")
        x, y = cbor_member(value, -2, "b"), cbor_member(value, -3, "b")
        if (self.algorithm, kty, curve) in ((-7, 2, 1), (-35, 2, 2)):
            self.kind = "p256" if self.algorithm == -7 else "p384"
            length = CURVES[self.kind][1] // 2
            if x is None or y is None or len(x) != length or len(y) != length:
                raise Bad("a COSE key without its point")
            self.key = b"\x04" + x + y
        elif (self.algorithm, kty, curve) == (-8, 1, 6):
            if x is None or len(x) != 32:
                raise Bad("a COSE key without its point")
            self.kind, self.key = "ed25519", x
        elif (self.algorithm, kty) == (-257, 3):
            n, e = cbor_member(value, -1, "b"), x
            if n is None or e is None:
                raise Bad("a COSE key without its modulus")
            self.kind = "rsa"
            if n[:1] == b"\0" or e[:1] == b"\0" or not n or not e:
                self.key = (0, 0)
            else:
                self.key = (int.from_bytes(n, "big"), int.from_bytes(e, "big"))
        elif self.algorithm in (-7, -35, -257) or (self.algorithm == -8 and curve == 6):
            raise Bad("a COSE key of another type than its algorithm")

    def verify(self, message, signature):
        """`good`, `bad`, or `unknown` for an algorithm that is not checked."""
        if self.kind is None:
            return "unknown"
        hash_name = "sha384" if self.kind == "p384" else "sha256"
        return "good" if verifies(self.kind, self.key, message, signature, hash_name) else "bad"


class AuthData:
    """Authenticator data (WebAuthn section 6.1)."""

    def __init__(self, raw):
        if len(raw) < 37:
            raise Bad("authenticator data that ends too early")
        self.raw = raw
        self.rp_id_hash, self.flags = raw[:32], raw[32]
        self.counter = int.from_bytes(raw[33:37], "big")
        self.aaguid, self.credential_id, self.key = None, None, None
        at = 37
        if self.flags & 0x40:
            if len(raw) < at + 18:
                raise Bad("authenticator data that ends too early")
            self.aaguid = guid(raw[at : at + 16])
            length = int.from_bytes(raw[at + 16 : at + 18], "big")
            at += 18
            self.credential_id = raw[at : at + length]
            if len(self.credential_id) != length or not 1 <= length <= 1023:
                raise Bad("a credential id of a length that there is not")
            at += length
            reader = Cbor(raw[at:])
            reader.item()
            self.key = CoseKey(raw[at : at + reader.at])
            at += reader.at
        if self.flags & 0x80:
            reader = Cbor(raw[at:])
            if reader.item()[0] != "m":
                raise Bad("extensions that are no map")
            at += reader.at
        if at != len(raw):
            raise Bad("bytes after the authenticator data")

    up = property(lambda self: bool(self.flags & 0x01))
    uv = property(lambda self: bool(self.flags & 0x04))


class Attestation:
    """An attestation object (WebAuthn section 6.5.4)."""

    def __init__(self, raw):
        value = whole_cbor(raw)
        statement = cbor_member(value, "attStmt", "m")
        self.format = cbor_member(value, "fmt", "t")
        data = cbor_member(value, "authData", "b")
        if statement is None or self.format is None or data is None:
            raise Bad("an attestation object without one of its members")
        self.statement = ("m", statement)
        self.data = AuthData(data)
        self.model = self.data.aaguid

    def has(self, name):
        return any(key == ("t", name) for key, _ in self.statement[1])

    def certificates(self):
        listed = cbor_member(self.statement, "x5c", "a")
        if listed is None or any(kind != "b" for kind, _ in listed):
            return []
        return [der for _, der in listed]


# --- Certificates (evidence.md) ---------------------------------------------------------------

OID_C, OID_O, OID_OU, OID_CN = b"\x55\x04\x06", b"\x55\x04\x0a", b"\x55\x04\x0b", b"\x55\x04\x03"
OID_KEY_USAGE, OID_ALTERNATIVE_NAME, OID_BASIC, OID_NAME_CONSTRAINTS, OID_REVOCATION, OID_PURPOSES = (
    b"\x55\x1d" + bytes([last]) for last in (15, 17, 19, 30, 31, 37)
)
OID_AAGUID = bytes.fromhex("2b0601040182e51c010104")
OID_SERIAL = bytes.fromhex("2b0601040182e51c010102")
OID_FIRMWARE = bytes.fromhex("2b0601040182c40a0d01")
OID_SCT = bytes.fromhex("2b06010401d679020402")
SEQUENCES = (OID_ALTERNATIVE_NAME, OID_BASIC, OID_NAME_CONSTRAINTS, OID_REVOCATION, OID_PURPOSES)
KNOWN_EXTENSIONS = SEQUENCES + (OID_KEY_USAGE, OID_SCT)
OID_EC, OID_P256, OID_P384 = (
    bytes.fromhex("2a8648ce3d0201"),
    bytes.fromhex("2a8648ce3d030107"),
    bytes.fromhex("2b81040022"),
)
OID_ED25519, OID_RSA = bytes.fromhex("2b6570"), bytes.fromhex("2a864886f70d010101")


UNIVERSAL_TAGS = (1, 2, 3, 4, 5, 6, 9, 10, 12, 13, 18, 19, 20, 21, 22, 23, 24, 26, 27, 30, 0x30, 0x31)


class Der:
    """One DER element."""

    def __init__(self, tag, content, raw):
        self.tag, self.content, self.raw = tag, content, raw

    def children(self):
        if not self.tag & 0x20:
            raise Bad("DER of another type")
        return ders(self.content)


def ders(raw):
    found, at = [], 0
    while at < len(raw):
        start = at
        tag = raw[at]
        if tag & 0x1F == 0x1F or (tag < 0x40 and tag not in UNIVERSAL_TAGS) or at + 2 > len(raw):
            raise Bad("DER that cannot be read")
        length = raw[at + 1]
        at += 2
        if length >= 0x80:
            count = length & 0x7F
            if not 1 <= count <= 4 or at + count > len(raw):
                raise Bad("DER that cannot be read")
            length = int.from_bytes(raw[at : at + count], "big")
            if length < 0x80 or raw[at] == 0:
                raise Bad("DER with a length in a second spelling")
            at += count
        if length > len(raw) - at:
            raise Bad("DER that ends too early")
        at += length
        found.append(Der(tag, raw[at - length : at], raw[start:at]))
    return found


def one_der(raw):
    found = ders(raw)
    if len(found) != 1:
        raise Bad("DER with something beside")
    return found[0]


def sequence(raw):
    """The elements of the SEQUENCE that fills `raw`."""
    element = one_der(raw)
    if element.tag != 0x30:
        raise Bad("DER of another type")
    return element.children()


def oid(element):
    raw = element.content
    if element.tag != 6 or not raw or raw[-1] & 0x80:
        raise Bad("DER that is no object identifier")
    if any(byte == 0x80 and (at == 0 or not raw[at - 1] & 0x80) for at, byte in enumerate(raw)):
        raise Bad("DER that is no object identifier")
    return raw


def natural(element):
    """An INTEGER that is not negative, in its one spelling."""
    raw = element.content
    if element.tag != 2 or not raw or raw[0] & 0x80 or (raw[0] == 0 and len(raw) > 1 and not raw[1] & 0x80):
        raise Bad("DER that is no natural number")
    return int.from_bytes(raw, "big")


def der_time(element):
    digits = element.content.decode("latin-1")
    if element.tag == 0x17 and re.fullmatch(r"[0-9]{12}Z", digits):
        digits = ("19" if digits[:2] >= "50" else "20") + digits
    elif element.tag != 0x18 or not re.fullmatch(r"[0-9]{14}Z", digits):
        raise Bad("a certificate's time that cannot be read")
    try:
        moment = datetime.datetime.strptime(digits, "%Y%m%d%H%M%SZ")
    except ValueError:
        raise Bad("a certificate's time that cannot be read")
    if moment.year < 1970:
        raise Bad("a certificate's time before 1970")
    return min(calendar.timegm(moment.timetuple()), LAST_SECOND)


def octets(raw):
    """The content of the OCTET STRING that fills `raw`; `None` if it is anything else."""
    try:
        element = one_der(raw)
    except Bad:
        return None
    return element.content if element.tag == 4 else None


class Certificate:
    """An X.509 certificate's parts. Trust is decided elsewhere."""

    def __init__(self, der):
        if len(der) > MAX_CERTIFICATE:
            raise Bad("a certificate of more than 64 KiB")
        self.der = der
        outer = one_der(der).children()
        if len(outer) != 3:
            raise Bad("not a certificate")
        self.tbs = outer[0].raw
        parts = outer[0].children()
        self.version = 1
        if parts and parts[0].tag & 0xC0 == 0x80 and parts[0].tag & 0x1F == 0:
            inner = one_der(parts[0].content)
            if inner.tag != 2 or inner.content not in (b"\0", b"\1", b"\2"):
                raise Bad("not a certificate's version")
            self.version = inner.content[0] + 1
            parts = parts[1:]
        if len(parts) < 6:
            raise Bad("not a certificate")
        _, self.inner_algorithm, issuer, validity, subject, key = parts[:6]
        rest = parts[6:]
        self.outer_algorithm, self.signature = outer[1], outer[2]
        self.issuer, self.subject, self.spki = issuer.content, subject.content, key.content
        moments = validity.children()
        if len(moments) != 2:
            raise Bad("a certificate without its validity")
        self.not_before, self.not_after = der_time(moments[0]), der_time(moments[1])
        key_parts = key.children()
        if len(key_parts) != 2:
            raise Bad("a certificate without its key")
        algorithm = key_parts[0].children()
        if not algorithm or key_parts[1].tag != 3 or key_parts[1].content[:1] != b"\0":
            raise Bad("a certificate without its key")
        self.key_algorithm = oid(algorithm[0])
        self.key_parameters = key_parts[0].content
        self.key_curve = None
        if len(algorithm) > 1 and algorithm[1].tag == 6:
            self.key_curve = algorithm[1].content
        self.key_bits = key_parts[1].content[1:]
        self.names = []
        for relative in subject.children():
            for attribute in relative.children():
                pair = attribute.children()
                if len(pair) != 2:
                    raise Bad("a name that cannot be read")
                self.names.append((oid(pair[0]), pair[1].content))
        # What a path demands beyond what reading does: every tag, and nothing beside.
        tags = [one_der(der).tag] + [one.tag for one in outer] + [one.tag for one in outer[0].children()]
        first = [0xA0] if self.version > 1 else []
        plain = [0x30, 0x30, 0x30, 0x03] + first + [0x02, 0x30, 0x30, 0x30, 0x30, 0x30]
        self.odd = tags != plain and (self.version == 1 or tags != plain + [0xA3])
        self.extensions = {}
        for tagged in rest:
            if tagged.tag & 0xC0 == 0x80 and tagged.tag & 0x1F == 3:
                listed = one_der(tagged.content)
                self.odd = self.odd or listed.tag != 0x30
                for element in listed.children():
                    parts = element.children()
                    self.extension(parts)
                    if element.tag != 0x30 or (len(parts) == 3 and parts[1].content not in (b"\0", b"\xff")):
                        self.odd = True
                break

    def extension(self, parts):
        critical = False
        if len(parts) == 3 and parts[1].tag == 1:
            critical = parts[1].content != b"\0"
        elif len(parts) != 2:
            raise Bad("an extension that cannot be read")
        name = oid(parts[0])
        if parts[-1].tag != 4 or name in self.extensions:
            raise Bad("an extension that cannot be read, or twice")
        self.extensions[name] = (critical, parts[-1].content)

    def value(self, name):
        return self.extensions[name][1] if name in self.extensions else None

    def says_authority(self):
        """What BasicConstraints says; `None` if it is malformed or absent."""
        try:
            parts = one_der(self.value(OID_BASIC) or b"").children()
        except Bad:
            return None
        return bool(parts) and parts[0].tag == 1 and parts[0].content != b"\0"

    def texts(self, name):
        found = []
        for kind, raw in self.names:
            if kind == name:
                try:
                    found.append(raw.decode("utf-8"))
                except UnicodeDecodeError:
                    pass
        return found

    def public(self):
        """Kind and key, as `verifies` takes them; `None` for a key that is not checked here."""
        if self.key_algorithm == OID_EC and self.key_curve == OID_P256:
            return "p256", self.key_bits
        if self.key_algorithm == OID_EC and self.key_curve == OID_P384:
            return "p384", self.key_bits
        if self.key_algorithm == OID_ED25519:
            return "ed25519", self.key_bits
        if self.key_algorithm == OID_RSA:
            try:
                n, e = (natural(one) for one in sequence(self.key_bits))
                return "rsa", (n, e)
            except (Bad, ValueError):
                return "rsa", (0, 0)
        return None


# Unicode's White_Space; `strip` by itself also takes U+001C to U+001F.
WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def certificate_faults(certificate):
    """What WebAuthn section 8.2.1 demands and the certificate does not have."""
    faults = []
    if certificate.version != 3:
        faults.append("version %d, not 3" % certificate.version)
    if not any(re.fullmatch(r"[A-Za-z]{2}", one) for one in certificate.texts(OID_C)):
        faults.append("no two-letter country")
    if not any(one.strip(WHITE_SPACE) for one in certificate.texts(OID_O)):
        faults.append("no vendor (O)")
    if "Authenticator Attestation" not in certificate.texts(OID_OU):
        faults.append('OU is not "Authenticator Attestation"')
    if not any(one.strip(WHITE_SPACE) for one in certificate.texts(OID_CN)):
        faults.append("no common name")
    authority = certificate.says_authority()
    if authority is None:
        faults.append("no basic constraints")
    elif authority:
        faults.append("it is an authority's")
    if certificate.extensions.get(OID_AAGUID, (False, b""))[0]:
        faults.append("the AAGUID extension is critical")
    if OID_SERIAL in certificate.extensions:
        critical, value = certificate.extensions[OID_SERIAL]
        if critical or octets(value) is None:
            faults.append("the serial extension is malformed")
    if OID_FIRMWARE in certificate.extensions:
        value = octets(certificate.value(OID_FIRMWARE))
        if value is None or len(value) != 3:
            faults.append("the firmware extension is malformed")
    return faults


# The weight of a reason: of several paths that fail, the heaviest reason is told.
VALIDITY, SIGNATURE, MISMATCH, EKU, CONSTRAINED, PATH_LENGTH, AUTHORITY = 290, 260, 250, 245, 230, 220, 210
KEY_ALGORITHM, ALGORITHM, UNSUPPORTED, DEPTH, MALFORMED, USAGE, ISSUER = 150, 140, 130, 61, 40, 10, 0


class NoPath(Exception):
    def __init__(self, weight, words):
        super().__init__(words)
        self.weight = weight


class TooMany(Exception):
    """More ways through the certificates than are tried."""


def pss(hash_oid, length):
    """Algorithm identifier of RSASSA-PSS with this hash for both uses (RFC 4055)."""
    chosen = b"\x30\x0d\x06\x09" + hash_oid + b"\x05\x00"
    mask = b"\x30\x1a\x06\x09" + bytes.fromhex("2a864886f70d010108") + chosen
    parts = b"\xa0" + bytes([len(chosen)]) + chosen + b"\xa1" + bytes([len(mask)]) + mask
    parts += b"\xa2\x03\x02\x01" + bytes([length])
    return b"\x06\x09" + bytes.fromhex("2a864886f70d01010a") + b"\x30" + bytes([len(parts)]) + parts


CHAIN_ALGORITHMS = {
    bytes.fromhex("06082a8648ce3d040302"): ("ec", "sha256", False),
    bytes.fromhex("06082a8648ce3d040303"): ("ec", "sha384", False),
    bytes.fromhex("06032b6570"): ("ed25519", "sha512", False),
}
for last, chosen in ((0x0B, "sha256"), (0x0C, "sha384"), (0x0D, "sha512")):
    plain = bytes.fromhex("06092a864886f70d0101") + bytes([last])
    CHAIN_ALGORITHMS[plain] = CHAIN_ALGORITHMS[plain + b"\x05\x00"] = ("rsa", chosen, False)
for last, chosen, size in ((1, "sha256", 32), (2, "sha384", 48), (3, "sha512", 64)):
    name = bytes.fromhex("6086480165030402") + bytes([last])
    CHAIN_ALGORITHMS[pss(name, size)] = ("rsa", chosen, True)

KEY_PARAMETERS = {
    "p256": b"\x06\x07" + OID_EC + b"\x06\x08" + OID_P256,
    "p384": b"\x06\x07" + OID_EC + b"\x06\x05" + OID_P384,
    "ed25519": b"\x06\x03" + OID_ED25519,
    "rsa": b"\x06\x09" + OID_RSA + b"\x05\x00",
}


def signed_by(certificate, issuer):
    """Demands that the issuer's key made the certificate's signature."""
    found = CHAIN_ALGORITHMS.get(certificate.outer_algorithm.content)
    if found is None:
        raise NoPath(ALGORITHM, "signed with an algorithm that is not checked")
    family, hash_name, is_pss = found
    public = issuer.public()
    kinds = ("p256", "p384") if family == "ec" else (family,)
    if public is None or public[0] not in kinds or issuer.key_parameters != KEY_PARAMETERS[public[0]]:
        raise NoPath(KEY_ALGORITHM, "signed with an algorithm that is not checked")
    if not verifies(public[0], public[1], certificate.tbs, certificate.signature.content[1:], hash_name, is_pss):
        raise NoPath(SIGNATURE, "the issuer of that name did not sign it")


def for_a_path(der):
    """A certificate that may stand in a path: version 3, nothing critical that is not known."""
    try:
        certificate = Certificate(der)
    except Bad:
        raise NoPath(MALFORMED, "a certificate cannot be read")
    if certificate.version != 3:
        raise NoPath(UNSUPPORTED, "a certificate that is not of version 3")
    demand_form(certificate)
    for name, (critical, _) in certificate.extensions.items():
        if critical and name not in KNOWN_EXTENSIONS:
            raise NoPath(UNSUPPORTED, "an unknown critical extension")
    return certificate


def demand_form(certificate):
    """What a certificate of version 3 must look like in a path, be it the anchor."""
    if certificate.inner_algorithm.raw != certificate.outer_algorithm.raw:
        raise NoPath(MISMATCH, "a certificate names two signature algorithms")
    try:
        if certificate.odd or certificate.signature.content[:1] != b"\0":
            raise Bad("parts of another type")
        for name in SEQUENCES:
            if name in certificate.extensions:
                sequence(certificate.value(name))
        if OID_SCT in certificate.extensions and octets(certificate.value(OID_SCT)) is None:
            raise Bad("an extension of another type")
    except Bad:
        raise NoPath(MALFORMED, "a certificate cannot be read")


def is_anchor(certificate):
    """Whether a path may end at it: of version 3, or of version 1 without extensions."""
    if certificate.version == 1:
        return not certificate.odd
    try:
        demand_form(certificate)
    except NoPath:
        return False
    return certificate.version == 3


def may_issue(certificate):
    """Whether key usage, if it is there, lets the key sign certificates."""
    if OID_KEY_USAGE not in certificate.extensions:
        return True
    try:
        usage = one_der(certificate.value(OID_KEY_USAGE))
    except Bad:
        return False
    if usage.tag != 3 or len(usage.content) < 2 or usage.content[0] > 7:
        return False
    stated = 8 * (len(usage.content) - 1) - usage.content[0]
    return stated > 5 and bool(usage.content[1] & 0x04)


def stands(certificate, as_of, is_leaf, below):
    """What is demanded of a certificate whatever its issuer; `below` counts authorities below."""
    if certificate.not_before > certificate.not_after:
        raise NoPath(MALFORMED, "a certificate cannot be read")
    if as_of < certificate.not_before:
        raise NoPath(VALIDITY, "a certificate was not valid yet")
    if as_of > certificate.not_after:
        raise NoPath(VALIDITY, "a certificate had expired")
    authority, length = False, None
    value = certificate.value(OID_BASIC)
    if value is not None:
        try:
            parts = sequence(value)
            if parts and parts[0].tag == 1:
                if parts[0].content not in (b"\0", b"\xff"):
                    raise Bad("a truth in a second spelling")
                authority = parts[0].content == b"\xff"
                parts = parts[1:]
            if parts:
                length = natural(parts[0])
                if len(parts) != 1 or length > 255:
                    raise Bad("a path length that cannot be read")
        except Bad:
            raise NoPath(MALFORMED, "a certificate cannot be read")
    if is_leaf and authority:
        raise NoPath(AUTHORITY, "the attestation certificate is an authority's")
    if not is_leaf and not authority:
        raise NoPath(AUTHORITY, "an issuer is no authority")
    if not is_leaf and length is not None and below > length:
        raise NoPath(PATH_LENGTH, "an issuer's constraints forbid it")
    value = certificate.value(OID_PURPOSES)
    if value is not None:
        try:
            purposes = sequence(value)
            for purpose in purposes:
                if purpose.tag != 6:
                    raise Bad("a purpose that cannot be read")
        except Bad:
            raise NoPath(MALFORMED, "a certificate cannot be read")
        if not purposes:
            raise NoPath(EKU, "a certificate for no purpose")


def heaviest(one, other):
    return one if one is not None and one.weight >= other.weight else other


def build(path, issuers, anchors, as_of, below, budget):
    """The place of the anchor that the path, extended through `issuers`, ends at."""
    head = path[-1]
    stands(head, as_of, len(path) == 1, below)
    worst = None
    for place, anchor in anchors:
        if anchor.subject != head.issuer:
            continue
        try:
            chain = path + [anchor]
            for child, parent in reversed(list(zip(chain, chain[1:]))):
                budget["signatures"] -= 1
                if budget["signatures"] < 0:
                    raise TooMany()
                signed_by(child, parent)
            if any(OID_NAME_CONSTRAINTS in one.extensions for one in chain[1:]):
                raise NoPath(CONSTRAINED, "an issuer's constraints on names, which are not followed here")
            return place
        except NoPath as why:
            worst = heaviest(worst, why)
    for der in issuers:
        try:
            issuer = for_a_path(der)
            if issuer.subject != head.issuer:
                continue
            if any(one.spki == issuer.spki and one.subject == issuer.subject for one in path):
                continue
            if not may_issue(issuer):
                raise NoPath(USAGE, "an issuer's key usage does not let it sign certificates")
            budget["calls"] -= 1
            if budget["calls"] < 0:
                raise TooMany()
            if len(path) > 6:
                raise NoPath(DEPTH, "more certificates than are tried")
            deeper = below if len(path) == 1 else below + 1
            return build(path + [issuer], issuers, anchors, as_of, deeper, budget)
        except NoPath as why:
            worst = heaviest(worst, why)
    raise worst or NoPath(ISSUER, "the issuer is unknown")


def chain(x5c, anchors, as_of):
    """Where certificates lead: ("to", anchor), ("none known",), ("no certificates",),
    ("unsupported", why) or ("not to", why)."""
    if not x5c:
        return ("no certificates",)
    if not anchors:
        return ("none known",)
    if len(x5c) > MAX_X5C:
        return ("not to", "more certificates than are tried")
    leaf, issuers = x5c[0], x5c[1:]
    for anchor in anchors:
        if anchor["der"] == leaf:
            try:
                certificate = Certificate(leaf)
            except Bad:
                return ("not to", "a certificate cannot be read")
            if as_of < certificate.not_before:
                return ("not to", "a certificate was not valid yet")
            if as_of > certificate.not_after:
                return ("not to", "a certificate had expired")
            return ("to", anchor)
    readable = []
    for place, anchor in enumerate(anchors):
        try:
            certificate = Certificate(anchor["der"])
        except Bad:
            continue
        if is_anchor(certificate):
            readable.append((place, certificate))
    in_date = [one for one in readable if one[1].not_before <= as_of <= one[1].not_after]
    try:
        place = build([for_a_path(leaf)], issuers, in_date, as_of, 0, {"signatures": 100, "calls": 10000})
        return ("to", anchors[place])
    except TooMany:
        return ("not to", "more certificates than are tried")
    except NoPath as why:
        if not readable:
            return ("not to", "the anchor cannot be read")
        if why.weight == ISSUER and len(readable) > len(in_date):
            return ("not to", "the anchor was out of date, or the issuer is unknown")
        if why.weight in (KEY_ALGORITHM, ALGORITHM):
            return ("unsupported", str(why))
        return ("not to", str(why))


# --- JSON that others wrote (evidence.md, metadata.md) ------------------------------------------

MAX_FOREIGN_DEPTH = 127


class Members:
    """A JSON object as it stands, members that are there twice included."""

    def __init__(self, pairs):
        self.pairs = pairs


def no_constant(word):
    raise ValueError(word)


def foreign_integer(text):
    """An integer, or a float where no integer that is read is written so."""
    return float(text) if text == "-0" or len(text) > 20 else int(text)


def foreign_json(raw):
    """JSON that others wrote: objects as `Members`. What is more than 200 levels deep is cut off there,
    which `demand_limits` finds."""
    try:
        text = raw.decode("utf-8")
        how = {"object_pairs_hook": Members, "parse_constant": no_constant, "parse_int": foreign_integer}
        try:
            return json.loads(text, **how)
        except RecursionError:
            return json.loads(cut_off(text, 200), **how)
    except UnicodeDecodeError:
        raise Bad("not UTF-8")
    except ValueError:
        raise Bad("not JSON")


def cut_off(text, levels):
    """JSON text with a 0 in place of what is nested deeper."""
    kept, at, depth = [], 0, 0
    for token in re.finditer(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', text, re.DOTALL):
        if token.group() in ("[", "{"):
            depth += 1
            if depth == levels + 1:
                kept += [text[at : token.start()], "0"]
        elif token.group() in ("]", "}"):
            if depth == levels + 1:
                at = token.end()
            depth -= 1
    return "".join(kept) + (text[at:] if depth <= levels else "")


def demand_limits(value):
    """What is demanded of JSON that others wrote, of members that are not read as well."""
    waiting = [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        if isinstance(one, str):
            if not is_unicode(one):
                raise Bad("text that is not Unicode")
        elif isinstance(one, float):
            if one in (float("inf"), float("-inf")):
                raise Bad("a number that is too large")
        elif isinstance(one, (list, Members)):
            if depth > MAX_FOREIGN_DEPTH:
                raise Bad("more than 127 levels")
            inner = one if isinstance(one, list) else [part for pair in one.pairs for part in pair]
            waiting += [(part, depth + 1) for part in inner]


def member_of(value, name, kind, default=None):
    """A member of a JSON object that others wrote, in which further members may stand."""
    if not isinstance(value, Members):
        raise Bad("not an object")
    found = [one for other, one in value.pairs if other == name]
    if not found:
        return default
    if len(found) > 1:
        raise Bad("a member twice")
    if not isinstance(found[0], kind) or (kind is int and isinstance(found[0], bool)):
        raise Bad("a member of another type")
    return found[0]


# --- Judging an attestation (evidence.md) -----------------------------------------------------

LEAF_KINDS = {-7: ("p256", "sha256"), -35: ("p384", "sha384"), -8: ("ed25519", "sha512"), -257: ("rsa", "sha256")}
NO_PROOF = {
    "none": "none",
    "fido-u2f": "fido-u2f, whose AAGUID is always zero",
    "apple": "apple, an Apple device",
    "tpm": "tpm, a computer's own",
    "android-key": "android-key, a phone's key store",
}


def leaf_signature(algorithm, leaf, message, signature):
    """What a signature by a certificate's key under a COSE algorithm comes to."""
    if algorithm not in LEAF_KINDS:
        return "unknown", "COSE algorithm %d is not checked" % algorithm
    kind, hash_name = LEAF_KINDS[algorithm]
    public = leaf.public()
    if public is None or public[0] != kind:
        return "fail", "COSE algorithm %d is not one of the attesting key" % algorithm
    if verifies(kind, public[1], message, signature, hash_name):
        return "pass", "good"
    return "fail", "not made over this authenticator data and client data"


def attestation_signature(attestation, client_hash, x5c):
    """`ATT-SIG`: verdict and detail."""
    name, statement = attestation.format, attestation.statement
    malformed = ("fail", "the statement is not of the form of %s" % name)
    algorithm, signature = cbor_member(statement, "alg", "i"), cbor_member(statement, "sig", "b")
    data = attestation.data
    message = data.raw + client_hash
    if name == "packed" and attestation.has("x5c"):
        if algorithm is None or signature is None or not x5c:
            return malformed
        try:
            leaf = Certificate(x5c[0])
        except Bad:
            return malformed
        return leaf_signature(algorithm, leaf, message, signature)
    if name == "packed":
        if algorithm is None or signature is None or data.key is None:
            return malformed
        if attestation.has("ecdaaKeyId"):
            return "unknown", "COSE algorithm %d is not checked" % algorithm
        if algorithm != data.key.algorithm:
            return "fail", "COSE algorithm %d is not one of the attesting key" % algorithm
        verdict = data.key.verify(message, signature)
        if verdict == "unknown":
            return "unknown", "COSE algorithm %d is not checked" % algorithm
        if verdict == "bad":
            return "fail", "not made over this authenticator data and client data"
        return "pass", "good"
    if name == "none" and statement[1]:
        return malformed
    if name == "fido-u2f":
        if signature is None or len(x5c) != 1 or data.key is None or data.key.kind != "p256":
            return malformed
        try:
            leaf = Certificate(x5c[0])
        except Bad:
            return malformed
        message = b"\0" + data.rp_id_hash + client_hash + data.credential_id + data.key.key
        return leaf_signature(-7, leaf, message, signature)
    return "not_run", "%s has no signature that is checked here" % name


def judge_attestation(attestation, client_data, anchors, as_of, firmware_stated=None, reached=None):
    """`ATT-*` and `FW-ATTESTED`: a list of (check, verdict, detail); notes the anchor in `reached`."""
    name = attestation.format[:64]
    x5c = attestation.certificates()
    proves = name == "packed" and attestation.has("x5c")
    found = []
    if proves:
        found.append(("ATT-FMT", "pass", "packed, with certificates"))
    else:
        what = "packed, signed by the credential itself" if name == "packed" else NO_PROOF.get(name)
        what = what or "unknown format %s" % json_string(name)
        found.append(("ATT-FMT", "unknown", what + ": proves nothing about a security key's model"))
    signature = attestation_signature(attestation, sha256(client_data), x5c)
    found.append(("ATT-SIG",) + signature)
    if not proves:
        found.append(("ATT-CHAIN", "not_run", "%s has no chain that is followed" % name))
        found.append(("ATT-AAGUID-EXT", "not_run", "no attestation certificate of a FIDO2 model"))
        found.append(("ATT-CERT-REQ", "not_run", "%s has no such certificate" % name))
        found.append(("FW-ATTESTED", "not_run", "the certificate names no firmware"))
        return found
    path = chain(x5c, anchors, as_of)
    if path[0] == "to" and reached is not None:
        reached.append(path[1]["der"])
    found.append({
        "to": lambda: (
            "ATT-CHAIN", "pass", "to the %s's anchor %s" % (path[1]["source"], sha256(path[1]["der"]).hex())
        ),
        "none known": lambda: ("ATT-CHAIN", "unknown", "no trusted anchor for %s" % attestation.model),
        "no certificates": lambda: ("ATT-CHAIN", "fail", "no certificates"),
        "unsupported": lambda: ("ATT-CHAIN", "unknown", path[1]),
        "not to": lambda: ("ATT-CHAIN", "fail", "to no anchor of this model: %s" % path[1]),
    }[path[0]]())
    try:
        leaf = Certificate(x5c[0]) if x5c else None
    except Bad:
        found.append(("ATT-AAGUID-EXT", "fail", "cannot be read"))
        found.append(("ATT-CERT-REQ", "fail", "cannot be read"))
        found.append(("FW-ATTESTED", "not_run", "the certificate names no firmware"))
        return found
    if leaf is None:
        found.append(("ATT-AAGUID-EXT", "not_run", "no attestation certificate"))
        found.append(("ATT-CERT-REQ", "pass", "no certificate to ask anything of"))
        found.append(("FW-ATTESTED", "not_run", "no attestation certificate"))
        return found
    if OID_AAGUID not in leaf.extensions:
        if path[0] != "to":
            verdict = ("unknown", "not in the certificate, and its anchor is not known")
        elif path[1]["serves"] == 1:
            verdict = ("pass", "not in the certificate; its anchor serves this model alone")
        else:
            verdict = ("fail", "not in the certificate, and its anchor serves %d models" % path[1]["serves"])
    else:
        value = octets(leaf.value(OID_AAGUID))
        if value is None or len(value) != 16:
            verdict = ("fail", "cannot be read")
        elif guid(value) == attestation.model:
            verdict = ("pass", "equal to authenticator data")
        else:
            verdict = ("fail", "the certificate is for model %s" % guid(value))
    found.append(("ATT-AAGUID-EXT",) + verdict)
    faults = certificate_faults(leaf)
    if faults:
        found.append(("ATT-CERT-REQ", "fail", "; ".join(faults)))
    else:
        found.append(("ATT-CERT-REQ", "pass", "as WebAuthn section 8.2.1 demands"))
    value = octets(leaf.value(OID_FIRMWARE)) if OID_FIRMWARE in leaf.extensions else None
    if value is None or len(value) != 3:
        found.append(("FW-ATTESTED", "not_run", "the certificate names no firmware"))
    else:
        attested = "%d.%d.%d" % tuple(value)
        if firmware_stated is not None and firmware_stated != attested:
            detail = "%s in the certificate, %s in the statement" % (attested, firmware_stated)
            found.append(("FW-ATTESTED", "fail", detail))
        elif signature[0] == "pass" and path[0] == "to":
            found.append(("FW-ATTESTED", "pass", attested))
        else:
            found.append(("FW-ATTESTED", "unknown", "%s, in a certificate that is not proven" % attested))
    return found


def collected(raw):
    """Client data that somebody else wrote (WebAuthn section 5.8.1)."""
    if len(raw) > MAX_CLIENT_DATA:
        raise Bad("client data of more than 64 KiB")
    try:
        value = foreign_json(raw[3:] if raw.startswith(codecs.BOM_UTF8) else raw)
        demand_limits(value)
    except Bad as why:
        raise Bad("client data that cannot be read: %s" % why)
    if not isinstance(value, Members):
        raise Bad("client data that is no object")
    if len(value.pairs) != len(dict(value.pairs)):
        raise Bad("client data with a member twice")
    value = dict(value.pairs)
    for name in ("type", "challenge", "origin"):
        if not isinstance(value.get(name), str):
            raise Bad("client data without %s" % name)
    if not isinstance(value.get("crossOrigin", False), bool):
        raise Bad("client data with an odd crossOrigin")
    return value


def is_top_level(data):
    """Whether client data was made in a page of its own, not inside a page of another origin."""
    return data.get("crossOrigin") is not True and "topOrigin" not in data


def is_within(origin, rp_id):
    """Whether an origin belongs to an rp id (WebAuthn section 5.1.3)."""
    found = re.fullmatch(r"(https?)://([A-Za-z0-9.-]*)(?::\+?([0-9]{1,5}))?", origin)
    if not found or not rp_id:
        return False
    scheme, host, port = found.groups()
    if port is not None and int(port) > 65535:
        return False
    below = host == rp_id or (host.endswith("." + rp_id) and len(host) > len(rp_id) + 1)
    local = host == "localhost" or host.endswith(".localhost")
    return below and (scheme == "https" or local)


# --- Metadata (metadata.md) -------------------------------------------------------------------

MAX_HEADER = 128 << 10
MDS_SIGNER = "mds.fidoalliance.org"
GENERAL_NAMES = (0xA0, 0x81, 0x82, 0xA3, 0xA4, 0xA5, 0x86, 0x87, 0x88)
JWS_ALGORITHMS = {"RS256": "rsa", "PS256": "rsa", "ES256": "p256"}

# GlobalSign Root R3, the root of FIDO's metadata until 2026-08-21, and Root R46, the root since.
GLOBALSIGN_R3 = base64.b64decode(
    "MIIDXzCCAkegAwIBAgILBAAAAAABIVhTCKIwDQYJKoZIhvcNAQELBQAwTDEgMB4GA1UECxMXR2xvYmFsU2lnbiBSb290IENB"
    "IC0gUjMxEzARBgNVBAoTCkdsb2JhbFNpZ24xEzARBgNVBAMTCkdsb2JhbFNpZ24wHhcNMDkwMzE4MTAwMDAwWhcNMjkwMzE4"
    "MTAwMDAwWjBMMSAwHgYDVQQLExdHbG9iYWxTaWduIFJvb3QgQ0EgLSBSMzETMBEGA1UEChMKR2xvYmFsU2lnbjETMBEGA1UE"
    "AxMKR2xvYmFsU2lnbjCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAMwldpB5BngiFvXAg7aEyiie/QV2EcWtiHL8"
    "RgJDx7KKnQRfJMsuS+FggkbhUqsMgUdwbN1k0ev1LKMPgj0MK66X17YUhhB5uzsTgHeMCOFJ0mpiLx9e+pZo34knlTifBtc+"
    "ycsmWQ1z3rDI6SYOgxXG71uL0gRgykmmKPZpO/bLyCiR5Z2KYVc3rHQU3HTgOu5yLy6c+9C7v/U9AOEGM+iCK65TpjoWc4zd"
    "QQ4gOsC0p6Hpsk+QLjJg6VfLuQSSaGjlOCZgdbKfd/+RFO+uIEn8rUAVSNECMWEZXriX7613t2Saer9fwRPvm2L7DWzgVGkW"
    "qQPabumDk3F2xmmFghcCAwEAAaNCMEAwDgYDVR0PAQH/BAQDAgEGMA8GA1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFI/wS3+o"
    "LkUkrk1Q+mOai97i3Ru8MA0GCSqGSIb3DQEBCwUAA4IBAQBLQNvAUKr+yAzv95ZURUm7lgAJQayzE4aGKAczymvmdLm6AC2u"
    "pArT9fHxD4q/c2dKg8dEe3jgr25sbwMpjjM5RcOO5LlXbKr8EpbsU8Yt5CRsuZRj+9xTaGdWPoO4zzUhw8lo/s7awlOqzJCK"
    "6fBdRoyV3XpYKBovHd7NADdBj+1EbddTKJd+82cEHhXXipa0095MJ6RMG3NzdvQXmcIfeg7jLQitChws/zyrVQ4PkX4268NX"
    "Sb7hLi18YIvDQVETI53O9zJrlAGomecsMx86OyXShkDOOyyGeMlhLxS67ttVb9+E7gUJTb0o2HLO02JQZR7rkpeDMdmztcpH"
    "WD9f"
)
GLOBALSIGN_R46 = base64.b64decode(
    "MIIFWjCCA0KgAwIBAgISEdK7udcjGJ5AXwqdLdDfJWfRMA0GCSqGSIb3DQEBDAUAMEYxCzAJBgNVBAYTAkJFMRkwFwYDVQQK"
    "ExBHbG9iYWxTaWduIG52LXNhMRwwGgYDVQQDExNHbG9iYWxTaWduIFJvb3QgUjQ2MB4XDTE5MDMyMDAwMDAwMFoXDTQ2MDMy"
    "MDAwMDAwMFowRjELMAkGA1UEBhMCQkUxGTAXBgNVBAoTEEdsb2JhbFNpZ24gbnYtc2ExHDAaBgNVBAMTE0dsb2JhbFNpZ24g"
    "Um9vdCBSNDYwggIiMA0GCSqGSIb3DQEBAQUAA4ICDwAwggIKAoICAQCsrHQy6LNl5brtQyYdpokNRbopiLKkHWPd08EsCVeJ"
    "OaFV6Wc0dwxu5FUdUiXSE2te4R2pt32JMl8Nnp8semNgQB+msLZ4j5lUlghYruQGvGIFAha/r6gjA7aUD7xubMLL1aa7DOn2"
    "wQL7Id5m3RerdELv8HQvJfTqa1VbkNud316HCkD7rRlr+/fKYIje2sGP1q7Vf9Q8g+7XFkyDRTNrJ9CG0Bwta/OrffGFqfUo"
    "0q3v84RLHIf8E6M6cqJaESvWJ3En7YEtbWaBkoe0G1h6zD8K+kZPTXhc+CtI4wSEy132tGqzZfxCnlEmIyDLPRT5ge1lFgBP"
    "GmSXZgjPjHvjK8Cd+RTyG/FWaha/LIWFzXg4mutCagI0GIMXTpRW+LaCtfOW3T3zvn8gdz57GSNrLNRyc0NXfeD412lPFzYE"
    "+cCQYDdF3uYM2HSNrpyibXRdQr4G9dlkbgIQrImwTDsHTUB+JMWKmIJ5jqSngiCNI/onccnfxkF0oE32kRbcRoxfKWMxWXEM"
    "2G/CtjJ9++ZdU6Z+Ffy7dXxd7Pj2Fxzsx2sZy/N78CsHpdlseVR2bJ0cpm4O6XkMqCNqo98bMDGfsVR7/mrLZqrcZdCinkqa"
    "ByFrgY/bxFn63iLABJzjqls2k+g9vXqhnQt2sQvHnf3PmKgGwvgqo6GDoLclcqUC4wIDAQABo0IwQDAOBgNVHQ8BAf8EBAMC"
    "AYYwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUA1yrc4GHqMywptWU4jaWSf8FmSwwDQYJKoZIhvcNAQEMBQADggIBAHx4"
    "7PYCLLtbfpIrXTncvtgdokIzTfnvpCo7RGkerNlFo048p9gkUbJUHJNOxO97k4VgJuoJSOD1u8fpaNK7ajFxzHmuEajwmf3l"
    "H7wvqMxX63bEIaZHU1VNaL8FpO7XJqti2kM3S+LGteWygxk6x9PbTZ4IevPuzz5i+6zoYMzRx6Fcg0XERczzF2sUyQQCPtIk"
    "pnnpHs6i58FZFZ8d4kuaPp92CC1r2LpXFNqD6v6MVenQTqnMdzGxRBF6XLE+0xRFFRhiJBPSy03OXIPBNvIQtQ6IbbjhVp+J"
    "3pZmOUdkLG5NrmJ7v2B0GbhWrJKsFjLtrWhV/pi60zTe9Mlhww6G9kuEYO4Ne7UyWHmRVSyBQ7N0H3qqJZ4d16GLuc1CLgSk"
    "ZoNNiTW2bKg2SnkheCLQQrzRQDGQob4Ez8pn7fXwgNNgyYMqIgXQBztSvwyeqiv5u+YfjyW6hY0XHgL+XVAEV8/+LbzvXMAa"
    "q7afJMbfc2hIkCwU9D9SGuTSyxTDYWnP4vkYxboznxSjBF25cfe1lNj2M8FawTSLfJvdkzrnE6JwYZ+vj+vYxXX4M2bUdGc6"
    "N3ec592kD3ZDZopD8p/7DEJ4Y9HiD2971KE9dJeFt0g5QdYg/NA6s/rob8SKunE3vouXsXgxT7PntgMTzlSdriVZzH81Xwj3"
    "QEUxeCp6"
)


def loose_base64(text):
    """Bytes of base64 in which vendors have left line ends and spaces; `None` if it is none."""
    try:
        return from_b64(re.sub(r"[ \t\n\f\r]", "", text))
    except Bad:
        return None


def dns_names(certificate):
    """The DNS names of a certificate's alternative name."""
    names = []
    for one in sequence(certificate.value(OID_ALTERNATIVE_NAME) or b"\x30\x00"):
        if one.tag not in GENERAL_NAMES:
            raise Bad("a name of no kind that there is")
        if one.tag == 0x82:
            names.append(one.content.decode("latin-1"))
    return names


class Metadata:
    """A BLOB whose signature is good as of a time; `None` means as of any at which it ever was."""

    def __init__(self, blob, roots, as_of):
        parts = blob.split(b".")
        if len(parts) != 3 or not blob.isascii():
            raise Bad("not three parts with dots between them")
        header, payload, signature = parts
        algorithm, self.x5c = self.read_header(header)
        if not self.x5c:
            raise Bad("it names no signer")
        try:
            leaf = Certificate(self.x5c[0])
        except Bad:
            raise Bad("its certificate 0 cannot be read")
        if algorithm not in JWS_ALGORITHMS:
            raise Bad("signed by %s, which is not allowed" % json_string(algorithm[:32]))
        public = leaf.public()
        if public is None or public[0] != JWS_ALGORITHMS[algorithm]:
            raise Bad("%s is not what the signer's key makes" % algorithm)
        try:
            names = dns_names(for_a_path(self.x5c[0]))
        except (Bad, NoPath):
            raise Bad("its certificate 0 cannot be read")
        if MDS_SIGNER not in [name.lower() for name in names]:
            raise Bad("the signer is %s, not %s" % (", ".join(names[:4]) or "nobody", MDS_SIGNER))
        self.root = self.path(roots, as_of) if as_of is not None else self.ever(roots, leaf)
        self.check(algorithm, public, header + b"." + payload, signature)
        try:
            self.read_payload(strict_part(payload, "payload"))
        except Bad as why:
            raise Bad(str(why) if "payload" in str(why) else "what was signed is no metadata")
        self.sha256 = sha256(blob).hex()
        self.counted = None

    @staticmethod
    def read_header(part):
        if len(part) > MAX_HEADER:
            raise Bad("its header cannot be read")
        raw = strict_part(part, "header")
        try:
            header = foreign_json(raw)
            demand_limits(header)
            algorithm = member_of(header, "alg", str)
            listed = member_of(header, "x5c", list, [])
            if algorithm is None or not all(isinstance(one, str) for one in listed):
                raise Bad("no algorithm")
        except Bad:
            raise Bad("its header cannot be read")
        if any(name == "crit" for name, _ in header.pairs):
            raise Bad("its header demands an unknown extension")
        x5c = []
        for place, text in enumerate(listed):
            try:
                x5c.append(from_b64(text))
            except Bad:
                raise Bad("its certificate %d cannot be read" % place)
        return algorithm, x5c

    def path(self, roots, as_of):
        """SHA-256 of the root that the signer leads to as of a time."""
        found = chain(self.x5c, [{"der": der} for der in roots], as_of)
        if found[0] != "to":
            raise Bad("the signer leads to no root: %s" % found[1])
        return sha256(found[1]["der"]).hex()

    def ever(self, roots, leaf):
        """What is valid only changes where a certificate's validity begins."""
        times = set()
        for der in self.x5c[1:] + list(roots):
            try:
                begins = Certificate(der).not_before
            except Bad:
                continue
            if leaf.not_before < begins <= leaf.not_after:
                times.add(begins)
        refused = None
        for at in [leaf.not_before] + sorted(times)[:32]:
            try:
                return self.path(roots, at)
            except Bad as why:
                refused = refused or why
        raise refused

    @staticmethod
    def check(algorithm, public, message, part):
        signature = strict_part(part, "signature")
        if algorithm == "ES256":
            if len(signature) != 64:
                raise Bad("the signature is not over these bytes: it was changed or cut")
            signature = encode_dss_signature(
                int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
            )
        if not verifies(public[0], public[1], message, signature, "sha256", algorithm == "PS256"):
            raise Bad("the signature is not over these bytes: it was changed or cut")

    def read_payload(self, raw):
        payload = foreign_json(raw)
        if not isinstance(payload, Members):
            raise Bad("not an object")
        # Entries are held to the limits when they are asked for.
        demand_limits(Members([(name, None if name == "entries" else one) for name, one in payload.pairs]))
        self.number = member_of(payload, "no", int)
        entries = member_of(payload, "entries", list)
        day = member_of(payload, "nextUpdate", str)
        if self.number is None or not 0 <= self.number < 1 << 64 or entries is None or day is None:
            raise Bad("no metadata")
        self.next_update = parse_time(day + "T00:00:00Z")
        self.models = {}
        for entry in entries:
            try:
                model = (member_of(entry, "aaguid", str) or "").lower()
            except Bad:
                continue
            if is_guid(model):
                self.models.setdefault(model, []).append(entry)

    def entry(self, model):
        """Roots and status reports of a model; `None` if it is not listed."""
        if model not in self.models:
            return None
        roots, reports = [], []
        for entry in self.models[model]:
            demand_limits(entry)
            for one in member_of(entry, "statusReports", list, []):
                reports.append(self.report(one))
            statement = member_of(entry, "metadataStatement", Members)
            if statement is None:
                continue
            member_of(statement, "description", str)
            for text in member_of(statement, "attestationRootCertificates", list, []):
                if not isinstance(text, str):
                    raise Bad("a root that is no text")
                der = loose_base64(text)
                if der == b"":
                    raise Bad("a root that is empty")
                if der is not None:
                    roots.append(der)
        return roots, reports

    @staticmethod
    def report(value):
        status = member_of(value, "status", str)
        day, version = member_of(value, "effectiveDate", str), member_of(value, "authenticatorVersion", int)
        certificate = member_of(value, "certificate", str)
        member_of(value, "url", str)
        if status is None or (version is not None and not 0 <= version < 1 << 64):
            raise Bad("a report that is none")
        try:
            effective = parse_time(day + "T00:00:00Z") if day is not None else None
        except Bad:
            effective = None
        der = loose_base64(certificate) if certificate is not None else None
        return {"status": status, "effective": effective, "certificate": der}

    def anchors_of(self, model):
        """Certificates that may attest the model; none if its entry cannot be read."""
        try:
            entry = self.entry(model)
        except Bad:
            return []
        return entry[0] if entry is not None else []

    def served(self):
        """Who serves what by all entries that can be read; they are read once."""
        if self.counted is None:
            self.counted = Served([(model, der) for model in self.models for der in self.anchors_of(model)])
        return self.counted


class Served:
    """Models by authority, and by who issued their authority, going by the name alone."""

    def __init__(self, anchors):
        self.authorities, self.issuers = {}, {}
        for model, der in anchors:
            self.authorities.setdefault(authority(der), set()).add(model)
            try:
                certificate = Certificate(der)
            except Bad:
                continue
            if certificate.issuer != certificate.subject:
                self.issuers.setdefault(certificate.issuer, set()).add(model)

    def models_of(self, der):
        """The models that an anchor may have attested."""
        models = set(self.authorities.get(authority(der), ()))
        try:
            models |= self.issuers.get(Certificate(der).subject, set())
        except Bad:
            pass
        return models


def authority(der):
    """A name and a key: a certificate that was made anew is the same authority."""
    try:
        certificate = Certificate(der)
    except Bad:
        return der
    return certificate.subject, certificate.key_bits


def strict_part(part, name):
    try:
        return from_b64url(part.decode("ascii"))
    except (Bad, UnicodeDecodeError):
        raise Bad("its %s is not unpadded base64url in its one spelling" % name)


AGAINST = (
    "USER_VERIFICATION_BYPASS",
    "USER_KEY_REMOTE_COMPROMISE",
    "USER_KEY_PHYSICAL_COMPROMISE",
    "REVOKED",
    "ATTESTATION_KEY_COMPROMISE",
)
CERTIFIED = ("NOT_FIDO_CERTIFIED", "SELF_ASSERTION_SUBMITTED", "FIDO_CERTIFIED") + tuple(
    "FIDO_CERTIFIED_" + level for level in ("L1", "L1plus", "L2", "L2plus", "L3", "L3plus")
)


def judge_metadata(metadata, fault, at, stale, stated=None, before=None):
    """`MDS-SIG`, and of a BLOB that is good `MDS-STALE` and `MDS-ROLLBACK`."""
    if metadata is None and fault is None:
        return [("MDS-SIG", "unknown", "the BLOB that is cited is not in the ledger")]
    if metadata is None:
        return [("MDS-SIG", "fail", "as of %s: %s" % (show_time(at), fault))]
    number = metadata.number
    found = []
    if stated is not None and stated != number:
        found.append(("MDS-SIG", "fail", "the BLOB cited is no %d, not %d as stated" % (number, stated)))
    else:
        detail = "no %d, signed under root %s as of %s" % (number, metadata.root, show_time(at))
        found.append(("MDS-SIG", "pass", detail))
    late = (at - metadata.next_update) // DAY
    verdict = "pass"
    if late >= 0:
        verdict = "fail" if late >= stale["fail"] else "warn" if late >= stale["warn"] else "pass"
    found.append(("MDS-STALE", verdict, "the next was due %s" % show_time(metadata.next_update)[:10]))
    if before is None:
        found.append(("MDS-ROLLBACK", "not_run", "no %d is the first" % number))
    elif number < before:
        found.append(("MDS-ROLLBACK", "fail", "no %d, after no %d" % (number, before)))
    else:
        found.append(("MDS-ROLLBACK", "pass", "no %d, none above %d before" % (number, before)))
    return found


def model_of(attestation, reached):
    """The model that an attestation names, for what is reported against it, or `None`."""
    if attestation.format != "packed" or not attestation.has("x5c") or attestation.model is None:
        return None
    return attestation.model, {sha256(der) for der in attestation.certificates() + reached}


def judge_status(model, metadata, as_of):
    """`MDS-STATUS`: what metadata reports against a model."""
    aaguid, certificates = model
    where = "no %d" % metadata.number
    try:
        entry = metadata.entry(aaguid)
    except Bad:
        return "MDS-STATUS", "unknown", "the entry of %s in %s cannot be read" % (aaguid, where)
    if entry is None:
        return "MDS-STATUS", "not_run", "%s is not listed in %s" % (aaguid, where)
    worst, words = "pass", []
    for report in entry[1]:
        status, effective = report["status"], report["effective"]
        if status in CERTIFIED:
            continue
        other = report["certificate"]
        if status == "ATTESTATION_KEY_COMPROMISE" and other is not None and sha256(other) not in certificates:
            continue
        in_force = effective is None or effective <= as_of
        verdict = "fail" if status in AGAINST and in_force else "warn"
        if verdict == "fail" or worst == "pass":
            worst = verdict
        since = "undated" if effective is None else show_time(effective)[:10]
        words.append("%s, %s" % (status[:64], since))
    if not words:
        return "MDS-STATUS", "pass", "nothing against %s in %s" % (aaguid, where)
    return "MDS-STATUS", worst, "%s, %s: %s" % (aaguid, where, "; ".join(words))


# --- Ledger: names, origin, tree, checkpoints (ledger.md) -------------------------------------

NAME_FORMS = (
    (re.compile(r"origin"), "origin"),
    (re.compile(r"roster/([0-9]{6,})\.allowed_signers"), "roster"),
    (re.compile(r"roster/([0-9]{6,})\.([^./]+)\.sig"), "roster signature"),
    (re.compile(r"records/([0-9]{6,})/record\.json"), "record"),
    (re.compile(r"records/([0-9]{6,})/([^./]+)\.sig"), "record signature"),
    (re.compile(r"checkpoints/([0-9]{6,})\.txt"), "checkpoint"),
    (re.compile(r"checkpoints/([0-9]{6,})\.txt\.([^./]+)\.sig"), "checkpoint signature"),
    (re.compile(r"mds/([0-9a-f]{64})\.jwt"), "metadata"),
)


def parse_name(name):
    """Kind, number and ref of a ledger's file; `None` if it is none of them."""
    for form, kind in NAME_FORMS:
        found = form.fullmatch(name)
        if not found:
            continue
        groups = found.groups()
        if kind in ("origin", "metadata"):
            return kind, None, groups[0] if groups else None
        if len(groups[0]) > 16:
            return None
        index = int(groups[0])
        if index >= INTEGER_LIMIT or "%06d" % index != groups[0]:
            return None
        ref = groups[1] if len(groups) > 1 else None
        if ref is not None and not is_ref(ref):
            return None
        if kind.startswith("checkpoint") and index == 0:
            return None
        return kind, index, ref
    return None


def record_of(parsed):
    """The index of the record that a file came with; `None` for files of no one record."""
    kind, index, _ = parsed
    if index is None:
        return None
    return index - 1 if kind.startswith("checkpoint") else index


def parse_origin(line):
    """(line, tenant, is a rehearsal's)"""
    for start, rehearsal in (("glasskey:", False), ("rehearsal.glasskey.invalid/", True)):
        if line.startswith(start):
            tenant, _, name = line[len(start) :].partition("/")
            plain = not re.search(r"[\x00-\x1f\x7f-\x9f]", name) and name.strip() == name
            if is_guid(tenant) and plain and 1 <= len(name.encode("utf-8")) <= 200:
                return line, tenant, rehearsal
    raise Bad("it does not hold an origin line")


def parse_checkpoint(raw):
    """(origin line, size, root)"""
    try:
        lines = raw.decode("utf-8").split("\n")
        if len(raw) > 512 or len(lines) != 4 or lines[3]:
            raise Bad("")
        origin = parse_origin(lines[0])[0]
        root = from_b64(lines[2])
        if not re.fullmatch(r"0|[1-9][0-9]{0,19}", lines[1]) or int(lines[1]) >= 1 << 64 or len(root) != 32:
            raise Bad("")
    except (Bad, UnicodeDecodeError):
        raise Bad("it is no checkpoint")
    return origin, int(lines[1]), root


class Tree:
    """The Merkle tree of RFC 9162 section 2.1.1, as it grows."""

    def __init__(self):
        self.size, self.peaks = 0, []

    def push(self, record_digest):
        node, filled = sha256(b"\0", record_digest), self.size
        while filled & 1:
            node = sha256(b"\1", self.peaks.pop(), node)
            filled >>= 1
        self.peaks.append(node)
        self.size += 1

    def root(self):
        if not self.peaks:
            return sha256(b"")
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = sha256(b"\1", peak, node)
        return node


# --- The trust file (trust.md) ----------------------------------------------------------------


def tiny_toml(source):
    """The part of TOML that trust files and plans use: tables, arrays of tables, single-line
    strings, integers, booleans, arrays and inline tables of these. Anything else is refused."""
    top = {}
    table = top
    at = 0

    def fail():
        raise Bad("line %d: not the TOML that is read here" % (source.count("\n", 0, at) + 1))

    def blanks(lines):
        nonlocal at
        while at < len(source):
            c = source[at]
            if c in " \t" or (lines and (c == "\n" or source.startswith("\r\n", at))):
                at += 1
            elif c == "#":
                while at < len(source) and source[at] != "\n":
                    if source[at] < " " and source[at] not in "\t\r":
                        fail()
                    at += 1
            else:
                return

    def quoted(quote):
        nonlocal at
        if source.startswith(quote * 3, at):
            fail()
        at += 1
        out = []
        while at < len(source) and source[at] != quote:
            c = source[at]
            if c == "\n" or (c < " " and c != "\t") or c == "\x7f":
                fail()
            if c == "\\" and quote == '"':
                at += 1
                escape = source[at : at + 1]
                if escape and escape in 'btnfr"\\':
                    out.append({"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}.get(escape, escape))
                elif escape in ("u", "U"):
                    width = 4 if escape == "u" else 8
                    digits = source[at + 1 : at + 1 + width]
                    if not re.fullmatch(r"[0-9A-Fa-f]{%d}" % width, digits):
                        fail()
                    code = int(digits, 16)
                    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
                        fail()
                    out.append(chr(code))
                    at += width
                else:
                    fail()
            else:
                out.append(c)
            at += 1
        if at >= len(source):
            fail()
        at += 1
        return "".join(out)

    def key():
        nonlocal at
        if source[at : at + 1] in ('"', "'"):
            return quoted(source[at])
        found = re.compile(r"[A-Za-z0-9_-]+").match(source, at)
        if not found:
            fail()
        at = found.end()
        return found.group()

    def value(depth):
        nonlocal at
        if depth > 8 or at >= len(source):
            fail()
        c = source[at]
        if c in "\"'":
            return quoted(c)
        if c == "[":
            at += 1
            found = []
            blanks(True)
            while source[at : at + 1] != "]":
                found.append(value(depth + 1))
                blanks(True)
                if source[at : at + 1] == ",":
                    at += 1
                    blanks(True)
                elif source[at : at + 1] != "]":
                    fail()
            at += 1
            return found
        if c == "{":
            at += 1
            found = {}
            blanks(False)
            while source[at : at + 1] != "}":
                pair(found, depth + 1)
                blanks(False)
                if source[at : at + 1] == ",":
                    at += 1
                    blanks(False)
                    if source[at : at + 1] == "}":
                        fail()
                elif source[at : at + 1] != "}":
                    fail()
            at += 1
            return found
        found = re.compile(r"true|false|[+-]?(?:0|[1-9](?:_?[0-9])*)(?![0-9A-Za-z_.:+-])").match(source, at)
        if not found:
            fail()
        at = found.end()
        word = found.group()
        if word in ("true", "false"):
            return word == "true"
        number_read = int(word.replace("_", ""))
        if not -(1 << 63) <= number_read < 1 << 63:
            fail()
        return number_read

    def pair(into, depth):
        nonlocal at
        name = key()
        blanks(False)
        if source[at : at + 1] != "=" or name in into:
            fail()
        at += 1
        blanks(False)
        into[name] = value(depth)

    def end_of_line():
        nonlocal at
        blanks(False)
        if source.startswith("\r\n", at):
            at += 2
        elif source.startswith("\n", at):
            at += 1
        elif at < len(source):
            fail()

    headed = set()
    blanks(True)
    while at < len(source):
        if source.startswith("[[", at):
            at += 2
            blanks(False)
            path = [key()]
            blanks(False)
            while source[at : at + 1] == ".":
                at += 1
                blanks(False)
                path.append(key())
                blanks(False)
            if not source.startswith("]]", at):
                fail()
            at += 2
            where = top
            for part in path[:-1]:
                where = where.setdefault(part, {})
                where = where[-1] if isinstance(where, list) and where else where
                if not isinstance(where, dict):
                    fail()
            listed = where.setdefault(path[-1], [])
            if not isinstance(listed, list) or any(not isinstance(one, dict) for one in listed):
                fail()
            table = {}
            listed.append(table)
            headed = {one for one in headed if one[: len(path)] != tuple(path)}
        elif source[at] == "[":
            at += 1
            blanks(False)
            path = [key()]
            blanks(False)
            while source[at : at + 1] == ".":
                at += 1
                blanks(False)
                path.append(key())
                blanks(False)
            if source[at : at + 1] != "]" or tuple(path) in headed:
                fail()
            at += 1
            headed.add(tuple(path))
            table = top
            for part in path:
                table = table.setdefault(part, {})
                table = table[-1] if isinstance(table, list) and table else table
                if not isinstance(table, dict):
                    fail()
        else:
            pair(table, 0)
        end_of_line()
        blanks(True)
    return top


def read_toml(raw):
    try:
        source = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Bad("not UTF-8")
    try:
        import tomllib
    except ImportError:
        return tiny_toml(source)
    try:
        return tomllib.loads(source)
    except (ValueError, RecursionError) as why:
        raise Bad(str(why))


def table_of(value, **shape):
    """Members of a TOML table, closed; `_name` may be absent."""
    if not isinstance(value, dict):
        raise Bad("not a table")
    names = {name.lstrip("_").replace("0", "-"): (kind, name.startswith("_")) for name, kind in shape.items()}
    for name in value:
        if name not in names:
            raise Bad("unknown key %s" % json_string(name))
    for name, (kind, optional) in names.items():
        if name not in value:
            if not optional:
                raise Bad("no key %s" % name)
        elif not isinstance(value[name], kind) or (kind is int and isinstance(value[name], bool)):
            raise Bad("%s is of another type" % name)
    return value


class Trust:
    """What an auditor brings from outside."""

    def __init__(self, raw=b""):
        if len(raw) > MAX_TRUST:
            raise Bad("larger than 1 MiB")
        file = table_of(read_toml(raw), _genesis=str, _mds0root=list, _tsa0root=list, _anchor=list, _head=list)
        self.genesis = file.get("genesis")
        if self.genesis is not None and not is_digest(self.genesis):
            raise Bad("genesis is not 64 lower-case hexadecimal digits")
        self.mds_roots, self.metadata = [GLOBALSIGN_R3, GLOBALSIGN_R46], None
        for place, root in enumerate(file.get("mds-root", []), 1):
            der = from_b64(table_of(root, der=str)["der"])
            if not der:
                raise Bad("mds-root %d: der is empty" % place)
            self.mds_roots.append(der)
        for place, root in enumerate(file.get("tsa-root", []), 1):
            if not from_b64(table_of(root, der=str)["der"]):
                raise Bad("tsa-root %d: der is empty" % place)
        self.anchors, self.heads = [], []
        for place, anchor in enumerate(file.get("anchor", []), 1):
            table_of(anchor, aaguid=str, der=str)
            model, der = anchor["aaguid"].lower(), from_b64(anchor["der"])
            if not is_guid(model) or not der:
                raise Bad("anchor %d: no GUID as aaguid, or der is empty" % place)
            self.anchors.append((model, der))
        self.served = Served(self.anchors)
        for head in file.get("head", []):
            table_of(head, origin=str, size=int, root=str)
            if not is_digest(head["root"]) or not 0 <= head["size"] < 1 << 64:
                raise Bad("a head that is not one")
            origin = parse_origin(head["origin"])[0]
            self.heads.append((origin, head["size"], bytes.fromhex(head["root"])))

    def anchors_of(self, model, metadata=None):
        """The model's anchors, those of metadata first, and how many models each may have attested by
        either."""
        metadata = metadata or self.metadata
        listed = metadata.anchors_of(model) if metadata is not None else []
        found = [(der, "metadata entry") for der in listed]
        found += [(der, "trust file") for one, der in self.anchors if one == model]
        return [{"der": der, "serves": self.serves(der, metadata), "source": source} for der, source in found]

    def serves(self, der, metadata):
        models = self.served.models_of(der)
        if metadata is not None:
            models |= metadata.served().models_of(der)
        return len(models)

    def bring(self, blob, as_of):
        """Takes the auditor's own metadata, if it is good; what it is worth."""
        fault = None
        try:
            self.metadata = Metadata(blob, self.mds_roots, as_of)
        except Bad as why:
            fault = str(why)
        found = judge_metadata(self.metadata, fault, as_of, {"warn": 14, "fail": 90})
        # There is nothing that it could be older than.
        return [one for one in found if one[0] != "MDS-ROLLBACK"]


def read_heads(raw):
    if len(raw) > MAX_TRUST:
        raise Bad("larger than 1 MiB")
    try:
        lines = raw.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise Bad("not UTF-8")
    parts, inside = [], False
    for line in lines:
        line = line[:-1] if line.endswith("\r") else line
        if line and inside:
            parts[-1] += line + "\n"
        elif line:
            parts.append(line + "\n")
        inside = bool(line)
    heads = []
    for place, part in enumerate(parts, 1):
        try:
            heads.append(parse_checkpoint(part.encode("utf-8")))
        except Bad:
            raise Bad("head %d is not one" % place)
    if not heads:
        raise Bad("no head is in it")
    return heads


def pin_of(book):
    """Where the trust of the book's tenant was pinned at first use; None if nothing is there. A
    rehearsal is never pinned."""
    try:
        line = book.read("origin").decode("utf-8")
        tenant, rehearsal = parse_origin(line[:-1])[1:]
    except (Bad, UnicodeDecodeError):
        return None
    folder = os.environ.get("XDG_CONFIG_HOME", "")
    if not os.path.isabs(folder):
        folder = os.environ.get("HOME", "")
        if not os.path.isabs(folder):
            return None
        folder = os.path.join(folder, ".config")
    path = os.path.join(folder, "glasskey", "trust", tenant + ".toml")
    return path if not rehearsal and line.endswith("\n") and os.path.lexists(path) else None


# --- The book's files -------------------------------------------------------------------------


def list_folder(root):
    """Everything that is not a folder with something in it; empty folders end in `/`."""
    names, waiting = [], [("", os.fsencode(root), 0)]
    while waiting:
        at, path, depth = waiting.pop()
        with os.scandir(path) as entries:
            entries = list(entries)
        if not entries and at:
            names.append(at + "/")
        for entry in entries:
            name = (at + "/" if at else "") + entry.name.decode("utf-8", "replace")
            if not entry.is_dir(follow_symlinks=False):
                names.append(name)
            elif depth >= 32 or "\ufffd" in name:
                names.append(name + "/")
            else:
                waiting.append((name, entry.path, depth + 1))
    return sorted(set(names))


def read_plain(path, most):
    """A file's bytes, reached without following a link at its end."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise Bad("it is not a plain file")
        how = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, how), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Bad("it is not a plain file")
            raw = file.read(most + 1)
    except FileNotFoundError:
        raise Bad("it went away while it was read")
    except PermissionError:
        raise Bad("this user may not read it")
    except OSError as why:
        raise Bad(why.strerror or "it cannot be read")
    if len(raw) > most:
        raise Bad("it is larger than %d bytes" % most)
    return raw


class Book:
    """The files of a ledger."""

    def __init__(self, folder):
        self.folder = folder
        self.root = os.path.join(folder, self.place())
        try:
            there = stat.S_ISDIR(os.lstat(self.root).st_mode)
        except OSError:
            there = False
        if not there:
            raise Usage("%s has no ledger" % folder)
        try:
            self.names = list_folder(self.root)
        except OSError as why:
            raise Bad(why.strerror or "it cannot be listed")
        self.there = set(self.names)
        self.signatures = {}
        for name in self.names:
            parsed = parse_name(name)
            if parsed and parsed[0].endswith("signature"):
                self.signatures.setdefault((parsed[0], parsed[1]), []).append((parsed[2], name))

    def place(self):
        """Where the plan says the ledger is; `ledger` if there is no plan. A plan that points out of the
        book, or cannot be read, is refused: the book must not choose what is judged in its place."""
        path = os.path.join(self.folder, "glasskey.toml")
        if not os.path.lexists(path):
            return "ledger"
        raw = input_file(path, MAX_PLAN)
        try:
            # An editor may have put a mark before it.
            plan = read_toml(raw[3:] if raw.startswith(codecs.BOM_UTF8) else raw)
        except Bad as why:
            raise Usage("%s: the plan cannot be read: %s" % (path, why))
        book = plan.get("book", {})
        place = book.get("ledger", "ledger") if isinstance(book, dict) else None
        parts = place.split("/") if isinstance(place, str) else [""]
        odd = any(c < " " or "\x7f" <= c <= "\x9f" for part in parts for c in part)
        if odd or any(part in ("", ".", "..") for part in parts):
            raise Usage("%s: its ledger is not a folder of the book" % path)
        return place

    def read(self, name):
        return read_plain(os.path.join(self.root, *name.split("/")), MAX_FILE)


# --- The audit (ledger.md) --------------------------------------------------------------------

AT_PORTAL = (
    "pass",
    "registered at the portal, tenant-attested: the tenant names the certificate that attests this key",
)
SAME_SESSION = "registered at the portal, same-session: %s"

MUST, MAY, NEVER = "must", "may", "never"
NOTE = dict.fromkeys(
    ("custody", "key", "level", "people", "policy", "anchors", "registration", "presence", "attest", "probe"), NEVER
)
NOTE.update(account=MAY, sign_in=NEVER, opening=NEVER, checklist=NEVER, portal=NEVER)
NOTE.update(review=NEVER, pin_envelope=NEVER, retirement=NEVER)
OF_KEY = dict(NOTE, account=MUST, custody=MAY, key=MAY, presence=MAY, attest=MAY, probe=MAY, review=MAY, pin_envelope=MAY)


def shape_of(event, level):
    if event == "genesis":
        return dict(NOTE, account=NEVER, people=MUST, policy=MUST, anchors=MAY)
    if event == "registration":
        made = dict(custody=MUST, key=MUST, registration=MUST, presence=MUST, probe=NEVER)
        return dict(OF_KEY, sign_in=MAY, portal=MAY, review=NEVER, **made)
    if event == "verification" and level == "L0":
        return dict(OF_KEY, key=MUST, level=MUST, presence=NEVER, checklist=MAY)
    if event == "verification":
        sign_in = MUST if level == "L2" else NEVER
        return dict(OF_KEY, custody=MUST, key=MUST, level=MUST, presence=MUST, sign_in=sign_in, checklist=MAY)
    if event == "custody":
        return dict(OF_KEY, opening=MAY)
    if event == "retirement":
        return dict(OF_KEY, retirement=MAY)
    if event == "loss":
        return OF_KEY
    if event == "amendment":
        return dict(NOTE, sign_in=MAY)
    if event == "people":
        return dict(NOTE, people=MUST)
    if event == "policy":
        return dict(NOTE, policy=MUST)
    return NOTE


def needs_presence(statement):
    return statement["event"] == "registration" or (
        statement["event"] == "verification" and statement.get("level") in ("L1", "L2")
    )


def brings_roster(statement):
    return statement["event"] in ("genesis", "people")


def shape_faults(record):
    statement, evidence = record["statement"], record["evidence"]
    event = statement["event"]
    shape = shape_of(event, statement.get("level"))
    own = event if event in ("acceptance", "amendment", "loss", "training") else None
    demanded = [(name, shape[name], name in statement)
                for name in ("account", "anchors", "custody", "key", "level", "people")]
    demanded.append(("people_sha256", MAY if shape["people"] == MUST else NEVER, "people_sha256" in statement))
    demanded.append(("policy", shape["policy"], "policy" in statement))
    for name in ("checklist", "opening", "pin_envelope", "portal", "retirement", "review", "sign_in"):
        demanded.append((name, shape[name], name in statement))
    demanded.append(("replaces", shape["portal"], "replaces" in statement))
    if shape["portal"] == MAY and "portal" in statement:
        # A portal keeps what the key signed there.
        shape["registration"] = NEVER
    if "opening" in statement and "custody" in statement:
        demanded.append(("custody", NEVER, True))
    unseen = MAY if "key" not in statement and shape["key"] == MAY else NEVER
    demanded.append(("unseen_key", unseen, "unseen_key" in statement))
    for name in ("acceptance", "amendment", "loss", "training"):
        demanded.append((name, MUST if name == own else NEVER, name in statement))
    for name in ("attest", "presence", "probe", "registration"):
        demanded.append(("evidence." + name, shape[name], name in evidence))
    faults = []
    for name, need, there in demanded:
        if need == MUST and not there:
            faults.append("its event needs the member %s" % name)
        elif need == NEVER and there:
            faults.append("its event never has the member %s" % name)
    if shape["key"] == MUST and "key" in statement:
        for name in ("credential_id", "public_key", "rp_id"):
            if name not in statement["key"]:
                faults.append("its event needs the member key.%s" % name)
    for name, most in (("expected_signers", MAX_SIGNERS), ("nonces", MAX_SIGNERS), ("people", MAX_PEOPLE)):
        if len(statement.get(name, [])) > most:
            faults.append("more %s than %d" % (name, most))
    return faults


def at_portal(statement):
    """Whether the record registers a key at a portal of the tenant."""
    return statement["event"] == "registration" and "portal" in statement


class Stated:
    """A credential as a registration at a portal states it, in place of one that is attested."""

    counter = None

    def __init__(self, key):
        self.credential_id = from_b64url(key["credential_id"])
        self.key = CoseKey(from_b64url(key["public_key"]["cose"]))
        self.aaguid = key["aaguid"]

    @classmethod
    def of(cls, key):
        if "credential_id" not in key or "public_key" not in key:
            return None
        return cls(key)


def below_tenant_attested(portal, made):
    """Why a credential that was registered at a portal is not proven to be of a key that the tenant saw
    attested; `None` if it is."""
    if not portal["attested"]:
        return "the tenant does not say that it attested"
    if not portal["enforced"]:
        return "the tenant did not demand attestation"
    if not isinstance(made, dict) or not made["binds"] or not made["signed"]:
        return "the key did not show who attests it"
    if made["thumbprint"] not in portal.get("certificates", []):
        return "another certificate attests the key than the tenant names"
    return None


def record_evidence(record, trust, metadata):
    """What a record's evidence shows by itself. `registration` and `presence` are `None` where none
    is needed, a word where one is missing or cannot be read, or what was read."""
    statement, evidence = record["statement"], record["evidence"]
    key = statement.get("key", {})
    rp_id = key.get("rp_id")
    shown = {"registration": None, "presence": None, "attested": None, "model": None}
    made = evidence.get("registration")
    if made is None:
        if at_portal(statement):
            shown["attested"] = Stated.of(key)
        elif statement["event"] == "registration":
            shown["registration"] = "missing"
    else:
        try:
            attestation = Attestation(from_b64url(made["attestation_object"]))
            if attestation.model is not None:
                shown["attested"] = attestation.data
                client = from_b64url(made["client_data_json"])
                try:
                    data = collected(client)
                    proper = (
                        data["type"] == "webauthn.create"
                        and rp_id is not None
                        and data["origin"] == "https://" + rp_id
                        and is_top_level(data)
                    )
                except Bad:
                    proper = False
                at = parse_time(statement["time"]["started"])
                firmware = key.get("firmware", {}).get("value")
                anchors, reached = trust.anchors_of(attestation.model, metadata), []
                judged = judge_attestation(attestation, client, anchors, at, firmware, reached)
                shown["model"] = model_of(attestation, reached)
                shown["registration"] = {
                    "data": attestation.data,
                    "proper": proper,
                    "for": rp_id is not None and sha256(rp_id.encode("utf-8")) == attestation.data.rp_id_hash,
                    "findings": judged,
                }
            else:
                shown["registration"] = "unreadable"
        except Bad:
            shown["registration"] = "unreadable"
    made = evidence.get("presence")
    if made is None:
        if needs_presence(statement):
            shown["presence"] = "missing"
    else:
        try:
            data = AuthData(from_b64url(made["authenticator_data"]))
            client = from_b64url(made["client_data_json"])
            signature = None
            if "public_key" in key:
                public = CoseKey(from_b64url(key["public_key"]["cose"]))
                signature = public.verify(data.raw + sha256(client), from_b64url(made["signature"])), public.algorithm
            shown["presence"] = {
                "data": data,
                "for": rp_id is not None and sha256(rp_id.encode("utf-8")) == data.rp_id_hash,
                "binds": presence_client_data(statement) == client,
                "signature": signature,
            }
        except Bad:
            shown["presence"] = "unreadable"
    shown["attest"] = attest_evidence(record, trust, metadata)
    if at_portal(statement) and isinstance(shown["attest"], dict):
        shown["model"] = shown["attest"]["of"]
    shown["probe"] = probe_evidence(record)
    return shown


def attest_evidence(record, trust, metadata):
    """What a credential that was made only to attest shows; `None` without one."""
    statement, made = record["statement"], record["evidence"].get("attest")
    if made is None:
        return None
    try:
        attestation = Attestation(from_b64url(made["attestation_object"]))
        if attestation.model is None:
            return "unreadable"
        client = from_b64url(made["client_data_json"])
        at = parse_time(statement["time"]["started"])
        firmware = statement.get("key", {}).get("firmware", {}).get("value")
        x5c = attestation.certificates()
        anchors, reached = trust.anchors_of(attestation.model, metadata), []
        judged = judge_attestation(attestation, client, anchors, at, firmware, reached)
        return {
            "of": model_of(attestation, reached),
            "signed": ("ATT-SIG", "pass") in [one[:2] for one in judged],
            "thumbprint": hashlib.sha1(x5c[0]).hexdigest() if x5c else None,
            "up": attestation.data.up,
            "for": attestation.data.rp_id_hash == sha256(b"ceremony.glasskey.invalid"),
            "binds": our_client_data(statement, sha256(canonical(statement)), "glasskey.v1.create") == client,
            "model": "key" not in statement or statement["key"]["aaguid"] == attestation.data.aaguid,
            "findings": judged,
        }
    except Bad:
        return "unreadable"


def probe_evidence(record):
    """What a silent probe shows; `None` without one."""
    statement, made = record["statement"], record["evidence"].get("probe")
    if made is None:
        return None
    key = statement.get("key", {})
    try:
        data = AuthData(from_b64url(made["authenticator_data"]))
        client = from_b64url(made["client_data_json"])
        signature = None
        if "public_key" in key:
            public = CoseKey(from_b64url(key["public_key"]["cose"]))
            signature = public.verify(data.raw + sha256(client), from_b64url(made["signature"])), public.algorithm
        try:
            nonce = from_b64url(collected(client)["challenge"])
            proper = len(nonce) == 16 and our_client_data(statement, nonce, "glasskey.v1.probe") == client
        except Bad:
            proper = False
        rp_id = key.get("rp_id")
        return {
            "up": data.up,
            "for": rp_id is not None and sha256(rp_id.encode("utf-8")) == data.rp_id_hash,
            "proper": proper,
            "signature": signature,
        }
    except Bad:
        return "unreadable"


def our_client_data(statement, challenge, kind):
    return (
        '{"challenge":"%s","crossOrigin":false,"origin":"glasskey:%s","type":"%s"}'
        % (b64url(challenge), statement["tenant_id"], kind)
    ).encode("ascii")


def presence_client_data(statement):
    challenge = b64url(sha256(canonical(statement)))
    return (
        '{"challenge":"%s","crossOrigin":false,"origin":"glasskey:%s","type":"glasskey.v1.get"}'
        % (challenge, statement["tenant_id"])
    ).encode("ascii")


class Audit:
    """One audit of one book. `faults` are of files, `findings` of what is proven."""

    BREAKS = ("UP", "UV", "PRES-SIG", "PRES-BIND", "RP-HASH", "CRED-MATCH", "ATT-FMT", "ATT-SIG",
              "ATT-CHAIN", "ATT-AAGUID-EXT", "ATT-CERT-REQ", "MDS-SIG", "MDS-ROLLBACK", "LEDGER-HEAD",
              "TRUST-ROOT")

    def __init__(self, book, trust, heads, now):
        self.book, self.trust, self.now = book, trust, now
        self.remembered = trust.heads + heads
        self.faults, self.findings, self.beside = [], [], []
        self.tree, self.heads, self.rows = Tree(), [], []
        self.origin_file, self.origin = None, None
        self.genesis, self.rehearsal, self.standing = None, False, None
        self.first_bad_record, self.roster = None, None
        self.counting = None
        self.open_seals, self.seal_told, self.ids, self.cited = {}, False, {}, set()
        self.open_operators, self.accepted, self.stated_of = {}, {}, {}
        self.aliases, self.accounts, self.labels, self.credentials = {}, {}, {}, {}
        self.keys, self.bags, self.bag_numbers = {}, {}, {}
        self.staff_before, self.signed_for, self.happened = [], {}, []
        self.left, self.custodians = {}, set()
        self.shelf, self.highest_metadata, self.models = {}, None, []

    def fault(self, name, why):
        self.faults.append((name, why))

    def rule(self, index, why):
        self.fault(record_name(index), why)

    def find(self, subject, check, verdict, detail):
        self.findings.append((subject, check, verdict, detail))

    # From beginning to end

    def run(self):
        self.read_origin()
        size = 0
        while record_name(size) in self.book.there:
            self.take(size)
            size += 1
        self.rest(size)
        self.close(size)
        return self

    def read_origin(self):
        if "origin" not in self.book.there:
            return self.fault("origin", "it should be there and is not")
        try:
            raw = self.book.read("origin")
            try:
                line = raw.decode("utf-8")
            except UnicodeDecodeError:
                line = ""
            if not line.endswith("\n"):
                raise Bad("it does not hold an origin line")
            self.origin_file = parse_origin(line[:-1])
        except Bad as why:
            self.fault("origin", str(why))

    def rest(self, size):
        if self.first_bad_record is None:
            self.demand_signed(size)
        parsed = [(name, parse_name(name)) for name in self.book.names]
        if size == 0 or any(p and record_of(p) is not None and record_of(p) >= size for _, p in parsed):
            self.rule(size, "it should be there and is not")
        for name, known in parsed:
            if known is None:
                self.fault(name, "it is no file of a ledger")
        for name, known in parsed:
            if known and known[0] == "metadata":
                try:
                    if sha256(self.book.read(name)).hex() != known[2]:
                        self.fault(name, "its name is not the digest of its bytes")
                except Bad as why:
                    self.fault(name, str(why))
        for cited in sorted(self.cited):
            if "mds/%s.jwt" % cited not in self.book.there:
                self.fault("mds/%s.jwt" % cited, "it should be there and is not")

    # One record

    def take(self, index):
        name = record_name(index)
        raw = record = roster_raw = None
        try:
            raw = self.book.read(name)
            why_bad = None
        except Bad as why:
            why_bad = str(why)
        if raw is not None:
            try:
                record = read_record(raw)
            except Bad as why:
                why_bad = "it is no record: %s" % why
        digest_read = sha256(raw) if raw is not None else None
        read = record
        at = parse_time(record["statement"]["time"]["started"]) if record else None

        # The roster that this record brings, and the one that its signatures are judged by.
        roster_name = "roster/%06d.allowed_signers" % index
        own, own_fault = None, None
        if roster_name in self.book.there:
            try:
                roster_raw = self.book.read(roster_name)
                own = Roster(roster_raw)
            except Bad as why:
                own_fault = str(why)
        judged_by = own if index == 0 else self.counting
        if roster_name in self.book.there:
            self.counting = own

        checkpoint_name = "checkpoints/%06d.txt" % (index + 1)
        checkpoint_raw, checkpoint, checkpoint_fault = None, None, None
        if checkpoint_name in self.book.there:
            try:
                checkpoint_raw = self.book.read(checkpoint_name)
                checkpoint = parse_checkpoint(checkpoint_raw)
            except Bad as why:
                checkpoint_fault = str(why)

        def judge(kind, number, namespace, message):
            return self.judge_signatures(kind, number, namespace, message, judged_by, at)

        signatures = judge("record signature", index, RECORD_NS, raw)
        roster_signatures = judge("roster signature", index, ROSTER_NS, roster_raw)
        checkpoint_signatures = judge("checkpoint signature", index + 1, CHECKPOINT_NS, checkpoint_raw)

        if digest_read is not None:
            self.tree.push(digest_read)
        head = {"root": self.tree.root(), "started": None, "unsigned_by": None}
        self.heads.append(head)

        if record is not None:
            # Bytes that no signature covers are blamed on the signatures only if the checkpoint
            # commits to these bytes.
            judged = [one for one in signatures if one["verdict"] != "not judged"]
            committed = (
                self.first_bad_record is None
                and checkpoint is not None
                and checkpoint[1:] == (self.tree.size, self.tree.root())
            )
            if judged and not any(one["verdict"] == "good" for one in judged) and not committed:
                record = None
                why_bad = "its bytes are not those that were signed and that the checkpoint commits to"
        if record is None:
            self.fault(name, why_bad)
            if self.first_bad_record is None:
                self.first_bad_record = index
            if own is not None:
                self.roster = own.sha256
        else:
            statement = record["statement"]
            if index == 0:
                self.begin(digest_read, statement)
            self.belongs(index, statement)
            can_judge = self.rosters(index, statement, roster_name, own, own_fault, signatures, roster_signatures)
            self.checkpoint(
                index, statement, checkpoint_name, checkpoint, checkpoint_fault, checkpoint_signatures, can_judge
            )
            self.statement(index, record)
            self.evidence(index, record)
            self.stated(index, statement)
            self.outstanding(index, statement)
            self.custody(index, statement, signatures)
            head["started"] = at
            self.rows.append((index, at, statement))
            self.staff(statement)
            if self.standing is not None:
                if statement["event"] == "people":
                    self.standing["people"] = statement.get("people", [])
                if statement["event"] == "policy" and "policy" in statement:
                    self.standing["policy"] = statement["policy"]
        operator = read["statement"]["expected_signers"][:1] if read is not None else []
        for one in signatures + roster_signatures:
            if one["sha256"] is not None:
                self.open_seals.setdefault(one["sha256"], one["name"])
        for one in signatures:
            if one["sha256"] is not None and one["ref"] in operator:
                self.open_operators[index] = one["sha256"]

    def judge_signatures(self, kind, number, namespace, message, roster, at):
        found = []
        for ref, name in self.book.signatures.get((kind, number), []):
            one = {"ref": ref, "name": name, "sha256": None, "verdict": "bad", "why": None, "key": None}
            found.append(one)
            try:
                raw = self.book.read(name)
                one["sha256"] = sha256(raw).hex()
                if roster is None or at is None or message is None:
                    one["verdict"] = "not judged"
                else:
                    one["key"] = roster.verify(ref, namespace, message, raw, at)
                    one["verdict"] = "good"
            except Bad as why:
                one["why"] = str(why)
        return found

    def begin(self, digest_read, statement):
        self.genesis = digest_read.hex()
        self.rehearsal = statement["rehearsal"]
        if "policy" in statement:
            self.standing = {"people": statement.get("people", []), "policy": statement["policy"]}
        stated = statement["ledger"]["origin"]
        try:
            origin = parse_origin(stated)
            if origin[1] == statement["tenant_id"] and origin[2] == statement["rehearsal"]:
                self.origin = origin
        except Bad:
            pass
        if self.origin is None:
            self.rule(0, "its origin is not the ledger's")
        elif self.origin_file is not None and self.origin_file != self.origin:
            self.fault("origin", "genesis states another origin: %s" % stated)

    def belongs(self, index, statement):
        """Whether the record belongs to this book at all; said before what its other files say."""
        if statement["rehearsal"] != self.rehearsal:
            if statement["rehearsal"]:
                self.rule(index, "a rehearsal record in a real book")
            else:
                self.rule(index, "a real record in a rehearsal's book")
        if self.origin is not None:
            if self.origin[1] != statement["tenant_id"]:
                self.rule(index, "its tenant is not the ledger's")
            if self.origin[0] != statement["ledger"]["origin"]:
                self.rule(index, "its origin is not the ledger's")

    def rosters(self, index, statement, roster_name, own, own_fault, signatures, roster_signatures):
        """The roster in force and the signatures under it; whether there was one to judge by."""
        before, brought = self.roster, None
        stated = statement["inputs"]["roster_sha256"]
        there = roster_name in self.book.there
        if not brings_roster(statement):
            if there:
                self.fault(roster_name, "no record of that index brings a roster")
            if before is not None and before != stated:
                self.rule(index, "it names another roster than the one in force")
        else:
            self.roster = None
            if not there:
                self.fault(roster_name, "it should be there and is not")
            elif own is None:
                self.fault(roster_name, own_fault)
            elif own.sha256 != stated:
                self.fault(roster_name, "the record commits to another roster, %s" % stated)
            else:
                brought = own.sha256
                listed, with_roles = set(), set()
                for person in statement.get("people", []):
                    if person["ref"] in listed:
                        self.rule(index, "%s is listed twice, or has no role" % person["ref"])
                    listed.add(person["ref"])
                    if person["roles"]:
                        with_roles.add(person["ref"])
                for ref in own.people:
                    if ref not in with_roles:
                        self.rule(index, "%s is listed twice, or has no role" % ref)
        counting = brought if index == 0 else before
        expected = statement["expected_signers"]
        if counting is not None:
            self.demand(signatures, expected, "records/%06d/%%s.sig" % index)
        if brought is not None:
            if counting is not None:
                self.demand(roster_signatures, expected, "roster/%06d.%%s.sig" % index)
            self.roster = brought
        elif not there and not brings_roster(statement):
            for one in roster_signatures:
                self.fault(one["name"], "no record of that index brings a roster")
        return counting is not None

    def demand(self, signatures, expected, form):
        for one in signatures:
            if one["verdict"] == "bad":
                self.fault(one["name"], one["why"])
        for ref in expected[:MAX_SIGNERS]:
            if not any(one["ref"] == ref for one in signatures):
                self.fault(form % ref, "the record expects a signature of %s, and it is not there" % ref)

    def checkpoint(self, index, statement, name, checkpoint, fault, signatures, can_judge):
        if self.origin is None or self.first_bad_record is not None:
            return
        if name not in self.book.there:
            self.fault(name, "it should be there and is not")
        elif checkpoint is None:
            self.fault(name, fault)
        elif checkpoint != (self.origin[0], index + 1, self.tree.root()):
            self.fault(name, "it is not the head of the records, which is %s" % self.tree.root().hex())
        elif can_judge:
            self.demand(signatures, [], "")
            for operator in statement["expected_signers"][:1]:
                # The record's operator may be gone before it is signed.
                others = self.operators()
                if not any(one["ref"] == operator or one["ref"] in others for one in signatures):
                    self.heads[-1]["unsigned_by"] = operator

    def demand_signed(self, size):
        """The last checkpoint, and each that a statement cites, is signed by its operator or another."""
        if 1 <= size <= len(self.heads):
            head = self.heads[size - 1]
            ref, head["unsigned_by"] = head["unsigned_by"], None
            if ref is not None:
                name = "checkpoints/%06d.txt.%s.sig" % (size, ref)
                why = "the checkpoint needs the signature of %s or of another operator, and there is none"
                self.fault(name, why % ref)

    def names(self, index, statement):
        account, key = statement.get("account"), statement.get("key")
        if account is not None:
            alias, object_id = account["alias"], account["object_id"]
            known_id, by_alias = self.aliases.setdefault(alias, (object_id, index))
            known_alias, by_id = self.accounts.setdefault(object_id, (alias, index))
            if known_id != object_id or known_alias != alias:
                first = by_alias if known_id != object_id else by_id
                self.rule(index, "its account has another alias or object id than in record %06d" % first)
        if key is None:
            return
        serial = key["serial"]["value"] if "serial" in key else None
        model, number, first = self.labels.setdefault(key["label"], (key["aaguid"], serial, index))
        if model != key["aaguid"] or (None not in (number, serial) and number != serial):
            self.rule(index, "its label named another physical key in record %06d" % first)
        if statement["event"] == "registration" and "credential_id" in key:
            first = self.credentials.setdefault(key["credential_id"], index)
            if first != index:
                self.rule(index, "its credential is that of record %06d: one key under two names" % first)

    def statement(self, index, record):
        statement = record["statement"]
        if (statement["event"] == "genesis") != (index == 0):
            self.rule(index, "genesis stands at index 000000, and nowhere else")
        for why in shape_faults(record):
            self.rule(index, why)
        first = self.ids.setdefault(statement["record_id"], index)
        if first != index:
            self.rule(index, "its record id is that of record %06d" % first)
        self.names(index, statement)
        self.head_cited(index, statement)
        self.sealed(index, statement)
        if self.standing is not None:
            in_force = sha256(canonical(self.standing["policy"])).hex()
            if in_force != statement["inputs"]["policy_sha256"]:
                self.rule(index, "it names another policy than the one in force")
        if "mds" in statement["inputs"]:
            self.cited.add(statement["inputs"]["mds"]["sha256"])
        if self.standing is not None:
            self.signer_rules(index, statement)

    def head_cited(self, index, statement):
        size = statement["ledger"]["size"]
        if size > index or (size == 0) != (index == 0):
            return self.rule(index, "it cites a head of size %d, which the ledger did not have" % size)
        root = self.heads[size - 1]["root"] if size else sha256(b"")
        comparable = self.first_bad_record is None or size <= self.first_bad_record
        if comparable and root.hex() != statement["ledger"]["root"]:
            self.rule(index, "it cites a head of size %d with another root" % size)
        self.demand_signed(size)

    def sealed(self, index, statement):
        named = statement.get("sealed", [])
        if any(a >= b for a, b in zip(named, named[1:])):
            self.rule(index, "`sealed` is not sorted, or names a digest twice")
        absent = [one for one in named if not self.seal(one)]
        if absent and not self.seal_told:
            # The first file that is still open stands in the place of one that is not there.
            self.seal_told = True
            if self.open_seals:
                first = min(self.open_seals.values(), key=seal_order)
                self.fault(first, "it is not the signature file that record %06d sealed" % index)
        for one in absent:
            self.rule(index, "`sealed` names signature file %s, which is not there or was named before" % one)
        built_on = min(statement["ledger"]["size"], index)
        if not named and self.open_operators and min(self.open_operators) < built_on:
            first = min(self.open_operators)
            self.rule(index, "it seals nothing, and record %06d's signatures are not sealed yet" % first)

    def seal(self, named):
        """Takes a digest that a statement names; whether it was open."""
        name = self.open_seals.pop(named, None)
        if name is None:
            return False
        index = parse_name(name)[1]
        if self.open_operators.get(index) == named:
            del self.open_operators[index]
        return True

    def operators(self):
        people = self.standing["people"] if self.standing is not None else []
        return {person["ref"] for person in people if "operator" in person["roles"]}

    def roles(self, ref):
        return [role for p in self.standing["people"] if p["ref"] == ref for role in p["roles"]]

    def signer_rules(self, index, statement):
        signers = statement["expected_signers"][:MAX_SIGNERS]
        if not signers:
            self.rule(index, "nobody is expected to sign it")
        for place, ref in enumerate(signers):
            if ref in signers[:place]:
                self.rule(index, "%s is expected to sign twice" % ref)
                continue
            role = "witness" if place else "operator"
            if role not in self.roles(ref):
                self.rule(index, "%s signs as %s and does not hold that role" % (ref, role))
        nonces = statement.get("nonces", [])[:MAX_SIGNERS]
        for place, nonce in enumerate(nonces):
            again = any(other["ref"] == nonce["ref"] for other in nonces[:place])
            if nonce["ref"] not in statement["expected_signers"] or again or len(from_b64url(nonce["value"])) != 16:
                self.rule(index, "the nonce of %s is not 16 bytes of someone who signs" % nonce["ref"])

    # Evidence: what the key's own bytes prove

    def evidence(self, index, record):
        statement = record["statement"]
        cited = self.cited_metadata(statement)
        shown = record_evidence(record, self.trust, cited[0] if cited is not None else None)
        self.take_evidence(index, statement, shown)
        if cited is not None and self.standing is not None:
            self.judge_cited(index, statement, *cited)
        if shown["model"] is not None:
            self.models.append((index, shown["model"]))

    def kept(self, digest):
        """A BLOB of the ledger and, if it is refused, why; both `None` if it is not kept."""
        if digest not in self.shelf:
            self.shelf[digest] = None, None
            name = "mds/%s.jwt" % digest
            try:
                raw = self.book.read(name) if name in self.book.there else b""
            except Bad:
                raw = b""
            if sha256(raw).hex() == digest:
                try:
                    self.shelf[digest] = Metadata(raw, self.trust.mds_roots, None), None
                except Bad as why:
                    self.shelf[digest] = None, str(why)
        return self.shelf[digest]

    def cited_metadata(self, statement):
        """The metadata that a statement cites, as of its time, or why it is of no use."""
        if "mds" not in statement["inputs"]:
            return None
        metadata, fault = self.kept(statement["inputs"]["mds"]["sha256"])
        if metadata is not None:
            try:
                metadata.path(self.trust.mds_roots, parse_time(statement["time"]["started"]))
            except Bad as why:
                return None, str(why)
        return metadata, fault

    def judge_cited(self, index, statement, metadata, fault):
        at, stated = parse_time(statement["time"]["started"]), statement["inputs"]["mds"]["no"]
        stale = self.standing["policy"]["metadata_stale_days"]
        for one in judge_metadata(metadata, fault, at, stale, stated, self.highest_metadata):
            self.find("record:%06d" % index, *one)
        if metadata is not None:
            self.highest_metadata = max(metadata.number, self.highest_metadata or 0)

    def newest_metadata(self):
        """The newest at hand: the auditor's own, or one that is kept and was good at some time."""
        newest = self.trust.metadata
        for name in self.book.names:
            known = parse_name(name)
            if known and known[0] == "metadata":
                kept = self.kept(known[2])[0]
                if kept is not None and (newest is None or kept.number > newest.number):
                    newest = kept
        return newest

    def reports(self):
        """What is reported today against the models of registered keys."""
        if not self.models:
            return
        newest = self.newest_metadata()
        if newest is None:
            detail = "no metadata at hand: reports against the models of %d registrations are not known"
            return self.find("book", "MDS-STATUS", "not_run", detail % len(self.models))
        for index, model in self.models:
            self.find("record:%06d" % index, *judge_status(model, newest, self.as_of))

    def take_evidence(self, index, statement, shown):
        registration, presence = shown["registration"], shown["presence"]
        match, counters = None, None
        label = statement.get("key", statement.get("unseen_key", {})).get("label")
        if label is not None and "account" in statement:
            key = self.keys.setdefault(
                (statement["account"]["object_id"], label),
                {"registration": None, "counter": None, "seen": None, "gone": False, "alias": None},
            )
            key["alias"] = statement["account"]["alias"]
            attested = shown["attested"]
            if attested is not None and statement["event"] == "registration":
                count = attested.counter
                before = key["registration"]
                if before is not None and before[1].credential_id == attested.credential_id:
                    counts = [one for one in (count, key["counter"]) if one is not None]
                    count = max(counts) if counts else None
                key["counter"], key["registration"], key["gone"] = count, (index, attested), False
            if "key" in statement:
                probed = presence if shown["probe"] is None else shown["probe"]
                match = self.credential_match(index, statement, key, registration, probed)
                if at_portal(statement) and match is not None and match[0] == "pass":
                    below = below_tenant_attested(statement["portal"], shown["attest"])
                    match = AT_PORTAL if below is None else ("warn", SAME_SESSION % below)
            if isinstance(presence, dict):
                now = presence["data"].counter
                if key["counter"] is not None:
                    counters = (key["counter"], now)
                key["counter"] = now if key["counter"] is None else max(key["counter"], now)
            if needs_presence(statement):
                key["seen"] = (parse_time(statement["time"]["started"]), index)
            if statement["event"] in ("loss", "retirement"):
                key["gone"] = True
            old = statement.get("replaces", {}).get("label")
            if statement["event"] == "registration" and old not in (None, label):
                old = self.keys.get((statement["account"]["object_id"], old))
                if old is not None:
                    old["gone"] = True
        attest, probe = shown["attest"], shown["probe"]
        if (registration, presence, match, attest, probe) == (None, None, None, None, None):
            return
        subject = "record:%06d" % index
        for check, verdict, detail in self.presence_findings(statement, registration, presence, match, counters):
            verdict, detail = self.with_others(statement, check, verdict, detail, attest, probe)
            self.find(subject, check, verdict, detail)
        if isinstance(registration, dict):
            for check, verdict, detail in registration["findings"]:
                self.find(subject, check, verdict, detail)
        elif registration is not None:
            self.find(subject, "ATT-FMT", "fail", "the registration is %s" % registration)
        if isinstance(attest, dict):
            for check, verdict, detail in attest["findings"]:
                self.find(subject, check, verdict, detail)
        elif attest is not None:
            self.find(subject, "ATT-FMT", "fail", "the credential made to attest cannot be read")
        elif match is not None and (match == AT_PORTAL or match[1].startswith(SAME_SESSION[:40])):
            detail = "nothing attests the key's model: it was registered at the portal"
            self.find(subject, "ATT-FMT", "unknown", detail)

    @staticmethod
    def with_others(statement, check, verdict, detail, attest, probe):
        """What a check comes to once the probe and the credential made to attest are looked at."""
        made = attest if isinstance(attest, dict) else None
        silent = probe if isinstance(probe, dict) else None
        wrong = None
        if check == "UP" and made and not made["up"]:
            wrong = "fail", "UP is not set in the credential made to attest"
        elif check == "UP" and silent and silent["up"]:
            wrong = "fail", "UP is set in a probe, which is silent"
        elif check == "PRES-BIND" and made and not made["binds"]:
            wrong = "fail", "the credential made to attest is not over this statement"
        elif check == "RP-HASH" and made and not made["for"]:
            wrong = "fail", "the credential made to attest is not for our own rp id"
        elif check == "RP-HASH" and silent and "rp_id" in statement.get("key", {}) and not silent["for"]:
            wrong = "fail", "the probe is not for %s" % statement["key"]["rp_id"]
        elif check == "CRED-MATCH" and made and not made["model"]:
            wrong = "fail", "the credential made to attest is of another model"
        elif check == "CRED-MATCH" and probe is not None:
            if silent is None:
                wrong = "fail", "the probe cannot be read"
            elif not silent["proper"]:
                wrong = "fail", "the probe's client data is not that of a probe"
            elif silent["signature"] is None:
                wrong = "fail", "there is a probe, and the statement names no public key"
            elif silent["signature"][0] == "unknown":
                wrong = "unknown", "the probe: COSE algorithm %d is not checked" % silent["signature"][1]
            elif silent["signature"][0] == "bad":
                wrong = "fail", "the probe was not signed by the credential's key"
        return (verdict, detail) if wrong is None or verdict == "fail" else wrong

    @staticmethod
    def credential_match(index, statement, key, registration, presence):
        part = statement["key"]
        stated = "credential_id" in part or "public_key" in part
        used = presence is not None or registration is not None
        if not stated and not used and statement["event"] != "verification":
            return None
        if "credential_id" not in part or "public_key" not in part:
            return "fail", "the statement names no credential"
        registered = key["registration"]
        if registered is None or (statement["event"] == "registration" and registered[0] != index):
            return "fail", "no registration of this key for this account is on record"
        attested = registered[1]
        differs = []
        if from_b64url(part["credential_id"]) != attested.credential_id:
            differs.append("credential id")
        if from_b64url(part["public_key"]["cose"]) != attested.key.raw:
            differs.append("public key")
        if part["aaguid"] != attested.aaguid:
            differs.append("AAGUID")
        if differs:
            return "fail", "%s not as registered in record %06d" % (", ".join(differs), registered[0])
        return "pass", "as registered in record %06d" % registered[0]

    @staticmethod
    def presence_findings(statement, registration, presence, match, counters):
        def of_presence(judge):
            if presence is None:
                return "not_run", "without the PIN, so without presence"
            if not isinstance(presence, dict):
                return "fail", "the presence assertion is %s" % presence
            return judge(presence)

        def flag(name, read):
            if isinstance(registration, dict) and not read(registration["data"]):
                return "fail", "%s is not set in the registration" % name

            def judge(found):
                if read(found["data"]):
                    return "pass", "set in all that the key signed"
                return "fail", "%s is not set in the presence assertion" % name

            return of_presence(judge)

        def signature(found):
            if found["signature"] is None:
                return "fail", "the statement names no public key"
            verdict, algorithm = found["signature"]
            if verdict == "unknown":
                return "unknown", "COSE algorithm %d is not checked" % algorithm
            if verdict == "bad":
                return "fail", "not made by the credential's key"
            return "pass", "good, by the credential's key"

        def binding(found):
            if found["binds"]:
                return "pass", "over this statement, byte for byte"
            return "fail", "not over this statement"

        def rp_hash():
            rp_id = statement.get("key", {}).get("rp_id")
            if rp_id is None:
                if match is None:
                    return "not_run", "no credential is stated"
                return "fail", "the statement names no rp id"
            if isinstance(registration, dict):
                if not registration["for"]:
                    return "fail", "the registration is not for %s" % rp_id
                if not registration["proper"]:
                    return "fail", "the registration's client data is not webauthn.create for https://%s" % rp_id
            if isinstance(presence, dict) and not presence["for"]:
                return "fail", "the presence assertion is not for %s" % rp_id
            if rp_id in ENTRA_RP_IDS:
                return "pass", "for %s" % rp_id
            return "unknown", "for %s, which is not known to be Entra's" % rp_id

        def rises():
            if counters is None:
                return "not_run", "there is no earlier count"
            if counters == (0, 0):
                return "not_run", "this key has no counter"
            before, now = counters
            if now > before:
                return "pass", "%d, now %d" % (before, now)
            return "fail", "%d, now %d: another device may hold this credential" % (before, now)

        def step():
            if counters is None:
                return "not_run", "there is no earlier count"
            if counters == (0, 0):
                return "not_run", "this key has no counter"
            if counters[1] < counters[0]:
                return "not_run", "it fell"
            return "pass", "%d since %d; keys may step at random" % (counters[1] - counters[0], counters[0])

        return [
            ("UP",) + flag("UP", lambda data: data.up),
            ("UV",) + flag("UV", lambda data: data.uv),
            ("PRES-SIG",) + of_presence(signature),
            ("PRES-BIND",) + of_presence(binding),
            ("RP-HASH",) + rp_hash(),
            ("CRED-MATCH",) + (match or ("not_run", "no credential is stated")),
            ("CTR-MONO",) + rises(),
            ("CTR-DELTA",) + step(),
        ]

    def stated(self, index, statement):
        """What a statement says of itself that is open, as it was then; and what it accepts."""
        if "acceptance" in statement:
            part = statement["acceptance"]
            self.accepted[part["check"], part["subject"]] = (parse_time(part["until"]), index)
        for one in statement.get("findings", []):
            if one["verdict"] in ("fail", "unknown"):
                self.stated_of[len(self.findings)] = one["subject"]
                detail = "stated of %s: %s" % (one["subject"], one["detail"])
                self.find("record:%06d" % index, one["check"], one["verdict"], detail)

    def accept(self):
        """What fails and is accepted today is `accepted`; what breaks a book never is."""
        for place, (subject, check, verdict, detail) in enumerate(self.findings):
            if verdict != "fail" or check in self.BREAKS:
                continue
            for of in (subject, self.stated_of.get(place)):
                until, index = self.accepted.get((check, of), (None, None))
                if until is not None and self.as_of <= until:
                    detail += "; accepted until %s by record %06d" % (show_time(until), index)
                    self.findings[place] = (subject, check, "accepted", detail)
                    break

    # Bags, people and time

    def custody(self, index, statement, signatures):
        bag = self.bag(index, statement)
        if self.standing is None:
            return
        subject, policy = "record:%06d" % index, self.standing["policy"]
        nonces = {n["ref"] for n in statement.get("nonces", []) if len(from_b64url(n["value"])) == 16}
        signers = []
        for ref in statement["expected_signers"][:MAX_SIGNERS]:
            signed = next((one for one in signatures if one["ref"] == ref), None)
            signers.append((ref, self.roles(ref), signed["key"] if signed else None))
        need = {"registration": "registration", "loss": "loss"}.get(statement["event"], "other")
        need = policy["witnesses"][need]
        have, seen = 0, set()
        for place, (ref, roles, key) in enumerate(signers):
            if key is None:
                continue
            if place and "witness" in roles and (ref in nonces or not needs_presence(statement)) and key not in seen:
                have += 1
            seen.add(key)
        self.find(subject, "WITNESS-COUNT", "pass" if have >= need else "fail", "%d of %d" % (have, need))
        wrong = []
        for place, (ref, roles, key) in enumerate(signers):
            word = "witness" if place else "operator"
            if word not in roles:
                wrong.append("%s is no %s" % (ref, word))
            for other, _, other_key in signers[:place]:
                if other == ref:
                    wrong.append("%s signs twice" % ref)
                elif key is not None and other_key == key:
                    wrong.append("%s and %s sign with one key" % (other, ref))
        self.find(subject, "ROLE-SEPARATION", "fail" if wrong else "pass", "; ".join(wrong) or "each in one role")
        self.time_order(index, statement, policy, subject)
        if bag is not None:
            for check, verdict, detail in bag:
                self.find(subject, check, verdict, detail)
        if have < need:
            self.rule(index, "%d of %d witnesses signed" % (have, need))

    def time_order(self, index, statement, policy, subject):
        def started_of(size):
            return self.heads[size - 1]["started"] if 1 <= size <= len(self.heads) else None

        started = parse_time(statement["time"]["started"])
        as_of = started if self.rehearsal else self.now
        cited, before = started_of(min(statement["ledger"]["size"], index)), started_of(index)
        if started > later(as_of, policy["time_skew_seconds"]):
            verdict = ("fail", "%s is after %s" % (show_time(started), show_time(as_of)))
        elif cited is not None and started < cited:
            verdict = ("fail", "%s is before %s, of a record it cites" % (show_time(started), show_time(cited)))
        elif before is not None and started < before:
            verdict = ("warn", "%s is before %s, of the record before it" % (show_time(started), show_time(before)))
        else:
            verdict = ("pass", show_time(started))
        self.find(subject, "TIME-ORDER", *verdict)

    def staff(self, statement):
        """Who came and who left, when: (time, alias of the account concerned, or None for every key)."""
        account = statement.get("account")
        if account is not None:
            self.signed_for.setdefault(account["alias"], set()).update(statement["expected_signers"])
        if statement["event"] not in ("genesis", "people"):
            return
        before, now = self.staff_before, statement.get("people", [])
        self.staff_before = now
        if statement["event"] == "genesis":
            return
        at = parse_time(statement["time"]["started"])

        def reach(people, ref):
            roles = next((one["roles"] for one in people if one["ref"] == ref), [])
            return set(roles) & {"custodian", "safe-controller"}

        refs = [person["ref"] for person in now]
        for person in before:
            ref = person["ref"]
            if reach(before, ref) - reach(now, ref):
                self.happened.append((at, None))
            elif ref not in refs:
                self.happened.extend((at, alias) for alias in sorted(self.signed_for) if ref in self.signed_for[alias])
        for ref in refs:
            if reach(now, ref) - reach(before, ref):
                self.happened.append((at, None))

    def bag(self, index, statement):
        custody, opening = statement.get("custody"), statement.get("opening")
        label = statement.get("key", statement.get("unseen_key", {})).get("label")
        if (custody is None and opening is None) or label is None:
            return None
        if custody is None:
            number_now, previous = None, opening.get("bag")
        else:
            number_now, previous = custody["bag"], custody.get("previous_bag")
        last = self.bags.pop(label, None)
        if number_now is not None:
            self.bags[label] = (number_now, index)
        stayed = (
            previous is not None
            and previous["state"] == "intact"
            and previous["number"] == number_now
            and last is not None
            and last[0] == number_now
        )
        found = []
        if number_now is not None:
            first = self.bag_numbers.setdefault(number_now, index)
            if first != index and not stayed:
                found.append(("BAG-UNIQUE", "fail", "%s was used by record %06d" % (number_now, first)))
            else:
                found.append(("BAG-UNIQUE", "pass", number_now))
        if last is None and previous is None:
            continuity = ("pass", "%s was in no bag" % label)
        elif last is None:
            continuity = ("fail", "%s came out of %s, which no record put it in" % (label, previous["number"]))
        elif previous is None:
            continuity = ("fail", "%s was last put in %s, and nothing is said of it" % (label, last[0]))
        elif last[0] != previous["number"]:
            continuity = ("fail", "%s came out of %s; it was put in %s" % (label, previous["number"], last[0]))
        elif previous["state"] != "intact":
            continuity = ("fail", "%s, found %s" % (previous["number"], previous["state"]))
        else:
            continuity = ("pass", "%s, found intact" % previous["number"])
        return found + [("BAG-CONTINUITY",) + continuity]

    # The book as a whole

    def close(self, size):
        self.size = size
        as_of = self.rows[-1][1] if self.rehearsal and self.rows else self.now
        self.as_of = as_of
        if self.standing is not None:
            policy = self.standing["policy"]
            for (_, label), key in sorted(self.keys.items()):
                if key["gone"] or key["seen"] is None:
                    continue
                last = key["seen"][0]
                due = later(last, policy["verify_every_days"] * DAY)
                for at, alias in self.happened:
                    if last < at <= as_of and alias in (None, key["alias"]):
                        due = min(due, later(at, policy["remind_days"] * DAY))
                verdict = "pass"
                if as_of > due:
                    verdict = "fail"
                elif as_of >= later(due, -policy["remind_days"] * DAY):
                    verdict = "warn"
                self.find("key:" + label, "DUE", verdict, "due %s" % show_time(due)[:10])
            self.follow_ups(as_of)
        self.reports()
        self.trust_root()
        if not self.remembered:
            detail = "no head is remembered outside: a cut tail or an older copy is not found"
            self.find("book", "LEDGER-HEAD", "not_run", detail)
        for origin, head_size, root in self.remembered:
            if self.origin is not None and self.origin[0] != origin:
                why = "the head of size %d, root %s, is of another ledger"
                verdict = ("unknown", why % (head_size, root.hex()))
            elif head_size > size:
                why = "size %d, root %s, is remembered and %d are here: the ledger was cut, or this is an older copy"
                verdict = ("fail", why % (head_size, root.hex(), size))
            elif self.root_of(head_size) == root:
                verdict = ("pass", "as remembered at size %d" % head_size)
            else:
                why = "at size %d the root is not the remembered %s: records were rewritten"
                verdict = ("fail", why % (head_size, root.hex()))
            self.find("book", "LEDGER-HEAD", *verdict)
        self.accept()
        self.roster_copy()
        self.unfinished()
        self.stamps()

    def outstanding(self, index, statement):
        """What the record leaves to be done, and what it does of what others left."""
        at = parse_time(statement["time"]["started"])
        if brings_roster(statement):
            now = {one["ref"] for one in statement.get("people", []) if "custodian" in one["roles"]}
            for left in sorted(self.custodians - now):
                for key in self.left.values():
                    if left in key["holders"] and not key["gone"]:
                        key["holders"].discard(left)
                        key["known"].append((at, "%s, who held it, left by record %06d" % (left, index)))
            self.custodians = now
        label = statement.get("key", statement.get("unseen_key", {})).get("label")
        if label is None:
            return
        fresh = {"reviews": [], "known": [], "holders": set(), "unrevoked": None, "gone": False}
        if statement["event"] == "registration":
            self.left[label] = fresh
        key = self.left.setdefault(label, fresh)
        opening = statement.get("opening", {})
        if opening.get("reason") == "incident":
            opened = parse_time(opening["at"])
            key["reviews"].append((opened, index))
            if not key["gone"]:
                key["known"].append((opened, "it was used in the incident of record %06d" % index))
        if "review" in statement:
            key["reviews"] = [one for one in key["reviews"] if one[1] != statement["review"]["record"]]
        if statement.get("key", {}).get("pin", {}).get("changed") is True:
            key["known"], key["holders"] = [], set()
        key["holders"].update(statement.get("pin_envelope", {}).get("held_by", []))
        if statement["event"] in ("loss", "retirement"):
            if "loss" in statement:
                key["unrevoked"] = None if "revoked" in statement["loss"] else index
            key["gone"], key["known"], key["holders"] = True, [], set()

    def follow_ups(self, as_of):
        def by(since):
            return "fail" if as_of > later(since, FOLLOW_UP_DAYS * DAY) else "warn"

        for label, key in sorted(self.left.items()):
            for opened, index in key["reviews"]:
                detail = "record %06d, opened %s" % (index, show_time(opened))
                self.find("key:" + label, "INCIDENT-REVIEW", by(opened), detail)
            for since, why in key["known"]:
                self.find("key:" + label, "PIN-CHANGE", by(since), why)
            if key["unrevoked"] is not None:
                detail = "lost by record %06d; no record says that its method is gone" % key["unrevoked"]
                self.find("key:" + label, "LOSS-REVOKED", "fail", detail)

    def trust_root(self):
        trusted = self.trust.genesis
        if trusted is None:
            detail = "nobody outside says what genesis is; here it is %s" % (self.genesis or "unreadable")
            self.find("book", "TRUST-ROOT", "unknown", detail)
        elif self.genesis is None:
            self.find("book", "TRUST-ROOT", "fail", "genesis cannot be read")
        elif self.genesis == trusted:
            self.find("book", "TRUST-ROOT", "pass", "genesis is %s" % trusted)
        else:
            detail = "genesis is %s; the trust file says %s" % (self.genesis, trusted)
            self.find("book", "TRUST-ROOT", "fail", detail)

    def root_of(self, size):
        return self.heads[size - 1]["root"] if 1 <= size <= len(self.heads) else sha256(b"")

    def roster_copy(self):
        """The copy of the newest roster beside the ledger is that roster, byte for byte."""
        rosters = [name for name in self.book.names if (parse_name(name) or ("",))[0] == "roster"]
        if not rosters:
            return
        try:
            expected = self.book.read(rosters[-1])
        except Bad:
            return
        try:
            if read_plain(os.path.join(self.book.folder, "roster.allowed_signers"), MAX_INPUT) != expected:
                raise Bad("it is not the newest roster, ledger/%s" % rosters[-1])
        except Bad as why:
            self.beside.append(("roster.allowed_signers", str(why)))

    def unfinished(self):
        """A record in `open/` that was put together and not finished."""
        folder = os.path.join(self.book.folder, "open")
        try:
            names = os.listdir(folder)
        except OSError:
            return
        found, over = [], {}
        for name in names:
            shown = os.fsencode(name).decode("utf-8", "replace")
            record = os.path.join(folder, name, "record.json")
            if not os.path.lexists(record):
                continue
            digest = None
            if not os.path.isfile(os.path.join(folder, name, "begun.json")):
                try:
                    digest = sha256(read_plain(record, MAX_FILE))
                except Bad:
                    pass
            if digest is None:
                found.append(shown)
            else:
                over.setdefault(digest, []).append(shown)
        # One that is no longer open and whose record the ledger holds is over: it was stopped while it was
        # tidied. The ledger is read once, however many there are.
        index = 0
        while over and record_name(index) in self.book.there:
            try:
                over.pop(sha256(self.book.read(record_name(index))), None)
            except Bad:
                break
            index += 1
        for shown in sorted(found + [one for some in over.values() for one in some]):
            why = "a record that was put together and not finished: run its ceremony again"
            self.beside.append(("open/%s/record.json" % shown, why))

    def stamps(self):
        """Time stamps beside the ledger are of its heads; who signed them is not judged here."""
        folder = os.path.join(self.book.folder, "anchors")
        try:
            names = sorted(os.listdir(folder), key=os.fsencode)
        except FileNotFoundError:
            return
        except OSError:
            self.beside.append(("anchors", "it cannot be listed"))
            return
        for name in names:
            form = re.fullmatch(r"([0-9]{6,16})\.([0-9a-f]{64})\.tsr", name)
            size = int(form.group(1)) if form else 0
            if not form or form.group(1) != "%06d" % size or size >= INTEGER_LIMIT:
                continue
            try:
                raw = read_plain(os.path.join(folder, name), MAX_STAMP)
                if sha256(raw).hex() != form.group(2):
                    raise Bad("its bytes are not those its name states")
                stamped = stamped_digest(raw)
                if size > self.size:
                    raise Bad("it stamps more records than the %d that are here: the ledger was cut" % self.size)
                root = base64.b64encode(self.root_of(size)).decode()
                head = "%s\n%d\n%s\n" % (self.origin[0] if self.origin else "", size, root)
                if size == 0 or stamped != sha256(head.encode("utf-8")):
                    raise Bad("it stamps another head than the ledger's of that size")
            except Bad as why:
                self.beside.append(("anchors/" + name, str(why)))

    # What came of it

    def broken(self):
        """Findings that no genuine record can have, each with its file."""
        rows = {"record:%06d" % row[0] for row in self.rows}
        found = []
        for subject, check, verdict, detail in self.findings:
            if verdict == "fail" and check in self.BREAKS:
                if subject in rows:
                    name = record_name(int(subject[7:]))
                elif check == "LEDGER-HEAD":
                    name = "checkpoints/%06d.txt" % (self.size if self.origin is not None else 0)
                else:
                    name = record_name(0)
                found.append((name, "%s fail: %s" % (check, detail)))
        return found

    def problems(self):
        """Every bad file and why, the first bad file first: faults before findings, but for what an
        earlier record than that of the first fault proves."""
        faults, broken = self.faults, self.broken()
        if faults and broken:
            parsed = parse_name(faults[0][0])
            of_fault = record_of(parsed) if parsed else None
            of_finding = self.record_of_first_broken()
            if of_fault is not None and of_finding is not None and of_finding < of_fault:
                faults, broken = broken[:1] + faults, broken[1:]
        return [("ledger/" + name, why) for name, why in faults + broken] + self.beside

    def record_of_first_broken(self):
        """The index of the record that the first such finding is about; None if it is about none."""
        for subject, check, verdict, _ in self.findings:
            if verdict == "fail" and check in self.BREAKS:
                return int(subject[7:]) if subject.startswith("record:") else None
        return None

    def open_questions(self):
        return [
            one
            for one in self.findings
            if one[2] == "unknown" or (one[2] == "fail" and one[1] not in self.BREAKS)
        ]

    def exit(self):
        if self.problems():
            return 6
        return 1 if self.open_questions() else 0

    def as_json(self):
        problems = self.problems()
        result = {
            "schema": "glasskey.verify/1",
            "exit": self.exit(),
            "rehearsal": self.rehearsal,
            "judged_as_of": show_time(self.as_of),
            "records": len(self.rows),
            "problems": [{"file": name, "why": why} for name, why in problems],
            "findings": [
                {"subject": s, "check": c, "verdict": v, "detail": d} for s, c, v, d in self.findings
            ],
        }
        if self.genesis:
            result["genesis"] = self.genesis
        if self.origin:
            result["head"] = {"origin": self.origin[0], "size": self.size, "root": self.root_of(self.size).hex()}
        if problems:
            result["first_bad"] = {"file": problems[0][0], "why": problems[0][1]}
        return result


def elements(raw):
    """(tag, content) of each DER element that fills `raw`."""
    at, found = 0, []
    while at < len(raw):
        if at + 2 > len(raw) or raw[at] & 0x1F == 0x1F:
            raise Bad("not a time stamp")
        tag, length, at = raw[at], raw[at + 1], at + 2
        if length >= 0x80:
            wide = length & 0x7F
            length = int.from_bytes(raw[at : at + wide], "big")
            if not 1 <= wide <= 4 or at + wide > len(raw) or length < 0x80 or length >> 8 * (wide - 1) == 0:
                raise Bad("not a time stamp")
            at += wide
        if at + length > len(raw):
            raise Bad("not a time stamp")
        found.append((tag, raw[at : at + length]))
        at += length
    return found


def stamped_digest(raw):
    """What a TimeStampResp (RFC 3161) says was stamped: a SHA-256."""

    def inside(raw, *tags):
        parts = elements(raw)
        if [tag for tag, _ in parts[: len(tags)]] != list(tags):
            raise Bad("not a time stamp")
        return [content for _, content in parts]

    answer = inside(inside(raw, 0x30)[0], 0x30, 0x30)
    if inside(answer[0], 0x02)[0] not in (b"\x00", b"\x01"):
        raise Bad("the authority did not grant it")
    signed = inside(inside(answer[1], 0x06, 0xA0)[1], 0x30)[0]
    content = inside(inside(signed, 0x02, 0x31, 0x30)[2], 0x06, 0xA0)[1]
    info = inside(inside(content, 0x04)[0], 0x30)[0]
    imprint = inside(info, 0x02, 0x06, 0x30, 0x02, 0x18)[2]
    kind, value = inside(imprint, 0x30, 0x04)[:2]
    if inside(kind, 0x06)[0] != bytes.fromhex("608648016503040201") or len(value) != 32:
        raise Bad("what was stamped is no SHA-256 digest")
    return value


def record_name(index):
    return "records/%06d/record.json" % index


def seal_order(name):
    kind, index, ref = parse_name(name)
    return (0 if kind == "roster signature" else 1, index, ref)


# --- What can be asked ------------------------------------------------------------------------


# What was read of the files that were opened for this process: a pipe can be read once.
HANDED = {}


def input_file(path, most=MAX_INPUT):
    """The bytes of a plain file that was named. What was opened for this process is waited for; no other
    pipe is."""
    if path in HANDED:
        return HANDED[path]
    handed = path == "/dev/stdin" or os.path.dirname(path) == "/dev/fd"
    how = os.O_RDONLY | getattr(os, "O_BINARY", 0) | (0 if handed else getattr(os, "O_NONBLOCK", 0))
    try:
        with os.fdopen(os.open(path, how), "rb") as file:
            if not handed and not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Usage("%s: not a plain file" % path)
            raw = file.read(most + 1)
    except OSError as why:
        raise Usage("%s: %s" % (path, why.strerror or "it cannot be read"))
    if len(raw) > most:
        raise Usage("%s: larger than %d bytes" % (path, most))
    if handed:
        HANDED[path] = raw
    return raw


def trust_of(path):
    if path is None:
        return Trust()
    try:
        return Trust(input_file(path))
    except Bad as why:
        raise Usage("%s: %s" % (path, why))


def heads_of(path):
    if path is None:
        return []
    try:
        return read_heads(input_file(path))
    except Bad as why:
        raise Usage("%s: %s" % (path, why))


def mds_of(path, trust, as_of):
    """Brings the auditor's metadata; what it is worth."""
    return [] if path is None else trust.bring(input_file(path, MAX_FILE), as_of)


def audit_book(folder, trust, heads, now, mds=None):
    """Judges a book by the trust file at `trust`, else by what was pinned; with that file's path."""
    book = Book(folder)
    trust = trust or pin_of(book)
    held = trust_of(trust)
    brought = mds_of(mds, held, now)
    audit = Audit(book, held, heads, now).run()
    audit.findings += [("book",) + one for one in brought]
    return audit, trust


def say(line):
    sys.stdout.write(printable(line) + "\n")


def report_book(audit, trusted):
    for name, why in audit.problems():
        say("BAD %s: %s" % (name, why))
    for subject, check, verdict, detail in audit.open_questions():
        say("OPEN %s: %s %s: %s" % (subject, check, verdict, detail))
    origin = audit.origin[0] if audit.origin else "a book without a readable genesis"
    say("%s: %d records, root %s" % (origin, audit.size, audit.root_of(audit.size).hex()))
    if audit.rehearsal:
        say("A rehearsal: nothing in it is real. Judged as of its last record, %s." % show_time(audit.as_of))
    else:
        say("Judged as of %s." % show_time(audit.as_of))
    if trusted is not None:
        say("By the word of %s." % trusted)
    counts = [sum(1 for one in audit.findings if one[2] == v) for v in ("pass", "warn", "fail", "unknown", "not_run")]
    say("%d pass, %d warn, %d fail, %d unknown, %d not run" % tuple(counts))
    for _, check, verdict, detail in audit.findings:
        if check == "LEDGER-HEAD" and verdict == "not_run":
            say("LEDGER-HEAD not run: %s" % detail)
    if audit.exit() == 6:
        say("Do not trust this book. The first bad file is %s." % audit.problems()[0][0])
    elif audit.exit() == 0:
        say("Clean. Every signature, head and proof verifies.")
    elif trusted is None:
        say("The book is whole in itself. It cannot vouch for itself: give --trust the file you hold from elsewhere.")
    else:
        say("The book is whole; see what is open above.")


def judge_evidence(raw, trust, as_of, brought=()):
    """Judges one registration alone: a list of (check, verdict, detail)."""
    value = read_json(raw)
    members(attestation_object=some_bytes, client_data_json=some_bytes, _rp_id=text)(value)
    client = from_b64url(value["client_data_json"])
    rp_id = value.get("rp_id")
    found, reached = list(brought), []
    try:
        attestation = Attestation(from_b64url(value["attestation_object"]))
        if attestation.model is None:
            raise Bad("no credential is in it")
    except Bad as why:
        return found + [("ATT-FMT", "fail", "the attestation object cannot be read: %s" % why)]
    data = attestation.data
    anchors = trust.anchors_of(attestation.model)
    found += judge_attestation(attestation, client, anchors, as_of, reached=reached)
    model = model_of(attestation, reached)
    if model is not None and trust.metadata is not None:
        found.append(judge_status(model, trust.metadata, as_of))
    found.append(("UP", "pass", "set") if data.up else ("UP", "fail", "UP is not set"))
    found.append(("UV", "pass", "set") if data.uv else ("UV", "fail", "UV is not set"))
    try:
        read = collected(client)
        if read["type"] != "webauthn.create":
            found.append(("RP-HASH", "fail", "the client data is of type %s" % json_string(read["type"])))
        elif rp_id is None:
            found.append(("RP-HASH", "not_run", "no rp id is given"))
        elif sha256(rp_id.encode("utf-8")) != data.rp_id_hash:
            found.append(("RP-HASH", "fail", "not for %s" % rp_id))
        elif not is_within(read["origin"], rp_id):
            found.append(("RP-HASH", "fail", "origin %s does not belong to %s" % (read["origin"], rp_id)))
        elif not is_top_level(read):
            found.append(("RP-HASH", "fail", "for %s, inside a page of another origin" % rp_id))
        else:
            found.append(("RP-HASH", "pass", "for %s" % rp_id))
    except Bad as why:
        found.append(("RP-HASH", "fail", str(why)))
    return found


def exit_of(findings):
    if any(verdict == "fail" and check in Audit.BREAKS for check, verdict, _ in findings):
        return 6
    return 1 if any(verdict in ("fail", "unknown") for _, verdict, _ in findings) else 0


def run_evidence(path, trust, as_of, hypothetical, as_json, brought=()):
    raw = input_file(path, MAX_FILE)
    try:
        findings = judge_evidence(raw, trust, as_of, brought)
    except Bad as why:
        raise Usage("%s: %s" % (path, why))
    code = exit_of(findings)
    if as_json:
        result = {
            "schema": "glasskey.verify-evidence/1",
            "file": path,
            "exit": code,
            "as_of": show_time(as_of),
            "hypothetical": hypothetical,
            "findings": [{"check": c, "verdict": v, "detail": d} for c, v, d in findings],
        }
        sys.stdout.write(json.dumps(result) + "\n")
        return code
    say("%s, judged as of %s%s" % (path, show_time(as_of), " (hypothetical)" if hypothetical else ""))
    for check, verdict, detail in findings:
        if verdict == "fail" and check in Audit.BREAKS:
            say("BAD %s: %s: %s" % (path, check, detail))
        else:
            say("%-8s %s: %s" % (verdict, check, detail))
    return code


def read_seal(code):
    """D, COSE key, authenticator data and signature of the code inside a bag (qr.md)."""
    start = "GLASSKEY1:S:"
    if len(code) > 4296 or not code.startswith(start):
        raise Bad("not the text of the code inside a bag")
    raw = from_b32(code[len(start) :])
    reader = Cbor(raw[32:])
    if len(raw) < 32:
        raise Bad("it ends too early")
    reader.item()
    key, rest = raw[32 : 32 + reader.at], raw[32 + reader.at :]
    if len(rest) < 38 or rest[32] & 0x40:
        raise Bad("not the authenticator data of an assertion")
    length = 37
    if rest[32] & 0x80:
        reader = Cbor(rest[37:])
        reader.item()
        length += reader.at
    signature = rest[length:]
    if not signature:
        raise Bad("it ends too early")
    return raw[:32], CoseKey(key), AuthData(rest[:length]), signature


def run_seal(code, folder):
    try:
        stated, key, data, signature = read_seal(code)
    except Bad as why:
        say("BAD seal: %s" % why)
        return 6
    book = Book(folder)
    index = 0
    while record_name(index) in book.there:
        try:
            record = read_record(book.read(record_name(index)))
        except Bad as why:
            say("BAD ledger/%s: %s" % (record_name(index), why))
            return 6
        statement = record["statement"]
        if sha256(canonical(statement)) == stated:
            break
        index += 1
    else:
        say("BAD seal: no statement in this book has the digest %s" % stated.hex())
        return 6
    part = statement.get("key", {})
    problems = []
    if "public_key" not in part or from_b64url(part["public_key"]["cose"]) != key.raw:
        problems.append("the key is not the one that the statement names")
    if "rp_id" not in part or sha256(part["rp_id"].encode("utf-8")) != data.rp_id_hash:
        problems.append("it was not made for the rp id that the statement names")
    if not data.up:
        problems.append("UP is not set: nobody touched the key")
    if not data.uv:
        problems.append("UV is not set: the key verified nobody")
    verdict = key.verify(data.raw + sha256(presence_client_data(statement)), signature)
    if verdict == "bad":
        problems.append("the signature is not the key's over this statement")
    for why in problems:
        say("BAD seal: %s" % why)
    if problems:
        return 6
    say("The statement of ledger/%s, digest %s" % (record_name(index), stated.hex()))
    if verdict == "unknown":
        say("OPEN seal: PRES-SIG unknown: COSE algorithm %d is not checked" % key.algorithm)
        return 1
    say("was signed by key %s with a touch and its PIN." % part.get("label"))
    say("This says nothing of the rest of the book: run verify.py over it as well.")
    return 0


def run_batch(path, now):
    """Many books in one process: one line of JSON for each line of the list."""
    try:
        lines = input_file(path).decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise Usage("%s: not UTF-8" % path)
    highest = 0
    for line in lines:
        if not line.strip():
            continue
        asked = {}
        try:
            asked = read_json(line.encode("utf-8"))
            members(book=text, _trust=text, _heads=text, _mds=text, _findings=boolean)(asked)
            heads = heads_of(asked.get("heads"))
            audit, _ = audit_book(asked["book"], asked.get("trust"), heads, now, asked.get("mds"))
            result = {"exit": audit.exit()}
            problems = audit.problems()
            if problems:
                result["first_bad"] = problems[0][0]
                result["why"] = problems[0][1]
            if asked.get("findings"):
                result["findings"] = [list(one[:3]) for one in audit.findings]
        except Usage as why:
            result = {"exit": 2, "why": str(why)}
        except Bad as why:
            result = {"exit": 6, "first_bad": "ledger", "why": str(why)}
        except Exception as why:  # a hostile book must not end the others
            result = {"exit": 6, "first_bad": "ledger", "why": "unreadable: %s" % type(why).__name__}
        if isinstance(asked, dict) and "book" in asked:
            result["book"] = asked["book"]
        highest = max(highest, result["exit"])
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()
    return highest


def arguments(given):
    """The command line; a tool that is read before it is run needs no library for it."""
    asked = {"evidence": [], "books": [], "json": False}
    single = {"--trust": "trust", "--heads": "heads", "--as-of": "as_of", "--seal": "seal", "--batch": "batch",
              "--mds": "mds"}
    rest = list(given)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        if word in ("-h", "--help"):
            sys.stdout.write(__doc__)
            sys.exit(0)
        elif word == "--json":
            asked["json"] = True
        elif name in single or name == "--evidence":
            if not equals:
                if not rest:
                    raise Usage("%s needs a value" % name)
                value = rest.pop(0)
            if name == "--evidence":
                asked["evidence"].append(value)
                while rest and not equals and not rest[0].startswith("-") and asked["books"]:
                    asked["evidence"].append(rest.pop(0))
            elif single[name] in asked:
                raise Usage("%s is given twice" % name)
            else:
                asked[single[name]] = value
        elif word.startswith("-") and word != "-":
            raise Usage("there is no option %s" % name)
        else:
            asked["books"].append(word)
    return asked


def named_time(text):
    """A time that a person names, in one of three spellings."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        text += "T00:00:00Z"
    compact = re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})Z", text)
    if compact:
        text = "%s-%s-%sT%s:%s:%sZ" % compact.groups()
    try:
        return parse_time(text)
    except Bad as why:
        raise Usage("--as-of: %s" % why)


def main(given):
    asked = arguments(given)
    now = int(time.time())
    if len(asked["books"]) > 1:
        raise Usage("name one book")
    if "batch" in asked:
        return run_batch(asked["batch"], now)
    if "seal" in asked:
        if not asked["books"]:
            raise Usage("name the book: python3 verify.py --seal TEXT BOOK")
        return run_seal(asked["seal"].strip(), asked["books"][0])
    if not asked["books"] and not asked["evidence"]:
        raise Usage("name a book: python3 verify.py BOOK [--trust FILE]")
    trust = trust_of(asked.get("trust"))
    as_of = now
    if "as_of" in asked:
        as_of = named_time(asked["as_of"])
    brought = mds_of(asked.get("mds"), trust, as_of)
    code = 0
    for folder in asked["books"]:
        heads = heads_of(asked.get("heads"))
        audit, trusted = audit_book(folder, asked.get("trust"), heads, as_of, asked.get("mds"))
        code = max(code, audit.exit())
        if asked["json"]:
            sys.stdout.write(json.dumps(audit.as_json()) + "\n")
        else:
            report_book(audit, trusted)
    for path in asked["evidence"]:
        code = max(code, run_evidence(path, trust, as_of, "as_of" in asked, asked["json"], brought))
    return code


def run(given):
    sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return main(given)
    except Usage as why:
        sys.stderr.write(printable(why) + "\n")
        return 2
    except Bad as why:
        say("BAD ledger: %s" % why)
        return 6
    except Exception as why:  # hostile input must never look like anything but a bad book
        say("BAD ledger: it cannot be read (%s)" % type(why).__name__)
        return 6


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))

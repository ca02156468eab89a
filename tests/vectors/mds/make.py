"""Makes metadata BLOBs under a root of our own, and registrations that they do and do not vouch for.

    pip install 'cryptography>=46' && python3 tests/vectors/mds/make.py

Writes beside itself. Keys are derived from their labels and public knowledge; ECDSA nonces are
deterministic (RFC 6979), so two runs are byte-equal.

- root.der: the root that signs metadata here; trust.toml names it.
- blob-7.jwt, blob-8.jwt: no 7 (next update 2026-12-01) and no 8 (2027-01-01). Two vendors: model A
  with root A, model B with root B. In no 8 model A is REVOKED since 2026-11-20.
- blob-9.jwt (2026-02-01) also lists the rehearsal's key under the rehearsal's root, with reports that
  warn; in blob-10.jwt (2026-03-01) it is REVOKED since the day of the rehearsal; in blob-11.jwt its
  entry cannot be read.
- blob-other-name.jwt: no 7, its signer being mds.example.org.
- a.json, b.json: a registration of either model, for example.com, with touch and PIN.
- a-as-b.json: vendor A's chain, whole, under authenticator data that names model B, the AAGUID
  extension too. a-as-b-plain.json: the same, and the certificate names no model.
"""

import base64
import datetime
import hashlib
import json
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID, ObjectIdentifier

OUT = pathlib.Path(__file__).parent
FIDO_AAGUID = ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")
FIRMWARE = ObjectIdentifier("1.3.6.1.4.1.41482.13.1")
MODEL_A = bytes.fromhex("aaaaaaaa000040008000000000000001")
MODEL_B = bytes.fromhex("bbbbbbbb000040008000000000000002")
REHEARSAL = b"glasskey-rehears"
REHEARSAL_ROOT = OUT.parents[2] / "src/rehearsal/key/attestation/root.der"
SIGN = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


def key(label):
    scalar = int.from_bytes(hashlib.sha256(f"glasskey mds vector: {label}".encode()).digest(), "big")
    return ec.derive_private_key(scalar, ec.SECP256R1())


def der(thing):
    return thing.public_bytes(serialization.Encoding.DER)


def b64u(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def name(common, unit="Test"):
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ZZ"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "glasskey tests"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def certificate(subject, own, issuer, issuers, ca, extensions=()):
    serial = int.from_bytes(hashlib.sha256(der_name(subject) + der_name(issuer)).digest()[:8], "big") >> 1
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(own.public_key())
        .serial_number(serial)
        .not_valid_before(datetime.datetime(2026, 1, 1))
        .not_valid_after(datetime.datetime(2036, 1, 1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(issuers, hashes.SHA256(), ecdsa_deterministic=True)


def der_name(subject):
    return subject.public_bytes()


def blob(root, root_key, host, payload):
    signer = key(f"signer {host}")
    san = x509.SubjectAlternativeName([x509.DNSName(host)])
    leaf = certificate(name(host), signer, root.subject, root_key, False, [san])
    header = {"alg": "ES256", "typ": "JWT", "x5c": [base64.b64encode(der(leaf)).decode()]}
    text = ".".join(
        b64u(json.dumps(part, separators=(",", ":"), sort_keys=True).encode()) for part in (header, payload)
    )
    r, s = decode_dss_signature(signer.sign(text.encode(), SIGN))
    return f"{text}.{b64u(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def entry(model, description, root, reports):
    text = model.hex()
    aaguid = f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    return {
        "aaguid": aaguid,
        "metadataStatement": {
            "description": description,
            "attestationRootCertificates": [base64.b64encode(der(root)).decode()],
        },
        "statusReports": reports,
        "timeOfLastStatusChange": "2026-01-01",
    }


def cbor(value):
    def head(major, number):
        if number < 24:
            return bytes([major << 5 | number])
        if number < 256:
            return bytes([major << 5 | 24, number])
        return bytes([major << 5 | 25]) + number.to_bytes(2, "big")

    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())


def registration(model, vendor, root, named):
    label = f"{vendor.label} attests {named.hex() if named else 'no model'}"
    attesting, credential = key(label), key(f"credential {label} {model.hex()}")
    extensions = [x509.UnrecognizedExtension(FIRMWARE, b"\x04\x03\x05\x07\x04")]
    if named:
        extensions.append(x509.UnrecognizedExtension(FIDO_AAGUID, b"\x04\x10" + named))
    leaf = certificate(
        name(label[:60], "Authenticator Attestation"), attesting, root.subject, vendor.key, False, extensions
    )
    numbers = credential.public_key().public_numbers()
    cose = cbor({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
    identifier = hashlib.sha256(label.encode()).digest()
    data = hashlib.sha256(b"example.com").digest() + b"\x45" + (7).to_bytes(4, "big")
    data += model + len(identifier).to_bytes(2, "big") + identifier + cose
    client = json.dumps(
        {"type": "webauthn.create", "challenge": "AAAA", "origin": "https://example.com", "crossOrigin": False},
        separators=(",", ":"),
    ).encode()
    signature = attesting.sign(data + hashlib.sha256(client).digest(), SIGN)
    statement = {"alg": -7, "sig": signature, "x5c": [der(leaf)]}
    made = cbor({"fmt": "packed", "attStmt": statement, "authData": data})
    return {"attestation_object": b64u(made), "client_data_json": b64u(client), "rp_id": "example.com"}


class Vendor:
    def __init__(self, label):
        self.label, self.key = label, key(label)
        self.root = certificate(name(label), self.key, name(label), self.key, True)


root_key = key("root")
root = certificate(name("metadata root"), root_key, name("metadata root"), root_key, True)
a, b = Vendor("vendor A"), Vendor("vendor B")
good = [{"status": "FIDO_CERTIFIED_L1", "effectiveDate": "2026-01-01"}]
revoked = [*good, {"status": "REVOKED", "effectiveDate": "2026-11-20", "url": "https://example.com/advisory"}]


def payload(number, update, of_a, *further):
    vendors = [entry(MODEL_A, "Model A", a.root, of_a), entry(MODEL_B, "Model B", b.root, good)]
    return {
        "legalHeader": "for tests of glasskey",
        "no": number,
        "nextUpdate": update,
        "entries": [*vendors, *further],
    }


rehearsal_root = x509.load_der_x509_certificate(REHEARSAL_ROOT.read_bytes())
rehearsed = [
    {"status": "UPDATE_AVAILABLE"},
    {"status": "REVOKED", "effectiveDate": "2026-02-02"},
    {"status": "A_STATUS_OF_TOMORROW", "effectiveDate": "2025-01-01"},
    {
        "status": "ATTESTATION_KEY_COMPROMISE",
        "effectiveDate": "2025-01-01",
        "certificate": base64.b64encode(der(a.root)).decode(),
    },
]
lost = [{"status": "REVOKED", "effectiveDate": "2026-01-05"}]
broken = {**entry(REHEARSAL, "Rehearsal", rehearsal_root, []), "statusReports": "none"}


files = {
    "root.der": der(root),
    "trust.toml": f'[[mds-root]]\nder = "{base64.b64encode(der(root)).decode()}"\n'.encode(),
    "blob-7.jwt": blob(root, root_key, "mds.fidoalliance.org", payload(7, "2026-12-01", good)).encode(),
    "blob-8.jwt": blob(root, root_key, "mds.fidoalliance.org", payload(8, "2027-01-01", revoked)).encode(),
    "blob-9.jwt": blob(
        root,
        root_key,
        "mds.fidoalliance.org",
        payload(9, "2026-02-01", good, entry(REHEARSAL, "Rehearsal", rehearsal_root, rehearsed)),
    ).encode(),
    "blob-10.jwt": blob(
        root,
        root_key,
        "mds.fidoalliance.org",
        payload(10, "2026-03-01", good, entry(REHEARSAL, "Rehearsal", rehearsal_root, lost)),
    ).encode(),
    "blob-11.jwt": blob(root, root_key, "mds.fidoalliance.org", payload(11, "2026-03-01", good, broken)).encode(),
    "blob-other-name.jwt": blob(root, root_key, "mds.example.org", payload(7, "2026-12-01", good)).encode(),
}
for file, made in {
    "a.json": registration(MODEL_A, a, a.root, MODEL_A),
    "b.json": registration(MODEL_B, b, b.root, MODEL_B),
    "a-as-b.json": registration(MODEL_B, a, a.root, MODEL_B),
    "a-as-b-plain.json": registration(MODEL_B, a, a.root, None),
}.items():
    files[file] = (json.dumps(made, indent=1, sort_keys=True) + "\n").encode()
for file, content in files.items():
    (OUT / file).write_bytes(content)

"""Makes the rehearsal's attestation root and leaf, the same bytes every time.

    pip install 'cryptography>=46' && python3 tests/vectors/rehearsal-attestation/make.py

Both private keys are public knowledge: they vouch for nothing but a rehearsal. The leaf keeps to
WebAuthn Level 2 section 8.2.1. Writes root.der, leaf.der and leaf.key (the 32-byte scalar) into
src/rehearsal/key/attestation/.
"""

import datetime
import hashlib
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID, ObjectIdentifier

AAGUID = b"glasskey-rehears"
FIDO_AAGUID = ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")
FROM = datetime.datetime(2020, 1, 1)
UNTIL = datetime.datetime(2120, 1, 1)
OUT = pathlib.Path(__file__).parents[3] / "src/rehearsal/key/attestation"


def key(label: str) -> ec.EllipticCurvePrivateKey:
    scalar = int.from_bytes(hashlib.sha256(label.encode()).digest(), "big")
    return ec.derive_private_key(scalar, ec.SECP256R1())


def name(*parts: tuple[ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts])


def builder(subject: x509.Name, issuer: x509.Name, public, serial: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(FROM)
        .not_valid_after(UNTIL)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


root_key = key("glasskey rehearsal attestation root")
leaf_key = key("glasskey rehearsal attestation leaf")
root_name = name(
    (NameOID.COUNTRY_NAME, "ZZ"),
    (NameOID.ORGANIZATION_NAME, "glasskey rehearsal"),
    (NameOID.COMMON_NAME, "glasskey rehearsal attestation root"),
)
leaf_name = name(
    (NameOID.COUNTRY_NAME, "ZZ"),
    (NameOID.ORGANIZATION_NAME, "glasskey rehearsal"),
    (NameOID.ORGANIZATIONAL_UNIT_NAME, "Authenticator Attestation"),
    (NameOID.COMMON_NAME, "glasskey rehearsal key"),
)
root = (
    builder(root_name, root_name, root_key.public_key(), 1)
    .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    .add_extension(
        x509.KeyUsage(
            digital_signature=False,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=False,
            encipher_only=False,
            decipher_only=False,
        ),
        critical=True,
    )
    .sign(root_key, hashes.SHA256(), ecdsa_deterministic=True)
)
leaf = (
    builder(leaf_name, root_name, leaf_key.public_key(), 2)
    .add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
    )
    .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    .add_extension(
        x509.UnrecognizedExtension(FIDO_AAGUID, b"\x04\x10" + AAGUID), critical=False
    )
    .sign(root_key, hashes.SHA256(), ecdsa_deterministic=True)
)

OUT.mkdir(parents=True, exist_ok=True)
(OUT / "root.der").write_bytes(root.public_bytes(serialization.Encoding.DER))
(OUT / "leaf.der").write_bytes(leaf.public_bytes(serialization.Encoding.DER))
(OUT / "leaf.key").write_bytes(leaf_key.private_numbers().private_value.to_bytes(32, "big"))

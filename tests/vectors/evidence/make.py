#!/usr/bin/env python3
"""Makes cases.json: registrations and metadata in forms that two readers could take differently.

Needs `cryptography`. Curve keys come from labels, RSA keys are new every time.
Each case: what it is, exit code, one check and its verdict (none with exit 2), the evidence file's
text, and where it differs from the usual the trust file and a metadata BLOB.
"""

import base64, hashlib, json, os
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature


def tlv(tag, *parts):
    content = b"".join(parts)
    count = len(content)
    if count < 128:
        return bytes([tag, count]) + content
    size = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content


def seq(*parts):
    return tlv(0x30, *parts)


def oid(text):
    arcs = [int(one) for one in text.split(".")]
    out = b""
    for arc in [arcs[0] * 40 + arcs[1]] + arcs[2:]:
        part = bytes([arc & 127])
        while arc > 127:
            arc >>= 7
            part = bytes([128 | arc & 127]) + part
        out += part
    return tlv(6, out)


def integer(number):
    return tlv(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def name(*pairs):
    return seq(*[tlv(0x31, seq(kind if isinstance(kind, bytes) else oid(kind), tlv(0x0C, text))) for kind, text in pairs])


def leaf_name(vendor=b"Test", extra=()):
    return name(
        ("2.5.4.6", b"ZZ"), ("2.5.4.10", vendor), ("2.5.4.11", b"Authenticator Attestation"), ("2.5.4.3", b"leaf"), *extra
    )


def authority_name(common, extra=()):
    return name(("2.5.4.6", b"ZZ"), ("2.5.4.3", common), *extra)


def curve_key(label, curve=ec.SECP256R1()):
    return ec.derive_private_key(int.from_bytes(hashlib.sha256(label.encode()).digest(), "big") >> 1, curve)


def rsa_key(bits):
    return rsa.generate_private_key(65537, bits)


def sign(key, message):
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    return key.sign(message, ec.ECDSA(hashes.SHA256()))


def algorithm(key):
    if isinstance(key, rsa.RSAPrivateKey):
        return seq(oid("1.2.840.113549.1.1.11"), b"\x05\0")
    return seq(oid("1.2.840.10045.4.3.2"))


def ext(kind, value, critical=None):
    kind = kind if isinstance(kind, bytes) else oid(kind)
    return seq(kind, *([] if critical is None else [tlv(1, critical)]), tlv(4, value))


def cert(subject, key, issuer, issuer_key, exts, until=b"20490101000000Z", version=2, inner=None, outer=None):
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    outer = outer or algorithm(issuer_key)
    tbs = seq(
        *([] if version == 0 else [tlv(0xA0, integer(version))]),
        integer(7),
        inner or outer,
        issuer,
        seq(tlv(0x18, b"20250101000000Z"), tlv(0x18, until)),
        subject,
        public,
        *([tlv(0xA3, seq(*exts))] if exts else []),
    )
    return seq(tbs, outer, tlv(3, b"\0" + sign(issuer_key, tbs)))


BASIC, USAGE, NAMES, POINTS = "2.5.29.19", "2.5.29.15", "2.5.29.17", "2.5.29.31"
AUTHORITY, NO_AUTHORITY = ext(BASIC, bytes.fromhex("30030101ff"), b"\xff"), ext(BASIC, b"\x30\0", b"\xff")
MODEL, OTHER = bytes.fromhex("aaaaaaaa000040008000000000000001"), bytes.fromhex("bbbbbbbb000040008000000000000002")
OF_MODEL = ext("1.3.6.1.4.1.45724.1.1.4", b"\x04\x10" + MODEL)
ROOT, ROOT_NAME, LEAF = curve_key("root"), authority_name(b"root"), curve_key("leaf")
ROOT_CERT = cert(ROOT_NAME, ROOT, ROOT_NAME, ROOT, [AUTHORITY])
MIDDLE, MIDDLE_NAME = curve_key("middle"), authority_name(b"middle")


def guid(model):
    text = model.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def cbor(value):
    def head(major, count):
        if count < 24:
            return bytes([major << 5 | count])
        size = 1 if count < 256 else 2 if count < 65536 else 4
        return bytes([major << 5 | {1: 24, 2: 25, 4: 26}[size]]) + count.to_bytes(size, "big")

    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value)) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(key) + cbor(one) for key, one in value.items())


def b64u(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def b64(raw):
    return base64.b64encode(raw).decode()


def cose(key):
    numbers = key.public_key().public_numbers()
    if isinstance(key, rsa.RSAPrivateKey):
        return cbor({1: 3, 3: -257, -1: numbers.n.to_bytes(256, "big"), -2: b"\1\0\1"})
    size = (key.key_size + 7) // 8
    kind, curve = (-7, 1) if size == 32 else (-35, 2)
    return cbor({1: 2, 3: kind, -1: curve, -2: numbers.x.to_bytes(size, "big"), -3: numbers.y.to_bytes(size, "big")})


def auth_data(key=None, flags=0x45):
    made = MODEL + b"\0\x20" + b"c" * 32 + cose(key or curve_key("credential")) if flags & 0x40 else b""
    return hashlib.sha256(b"example.com").digest() + bytes([flags]) + b"\0\0\0\7" + made


CLIENT = b'{"type":"webauthn.create","challenge":"AAAA","origin":"https://example.com","crossOrigin":false}'


def leaf(exts=(NO_AUTHORITY, OF_MODEL), subject=None, issuer=ROOT_NAME, issuer_key=ROOT, key=LEAF, **more):
    return cert(subject or leaf_name(), key, issuer, issuer_key, exts, **more)


def evidence(x5c=None, key=LEAF, client=CLIENT, data=None, statement=None, form="packed"):
    data = data or auth_data()
    if statement is None:
        made = sign(key, data + hashlib.sha256(client).digest())
        statement = {"alg": -257 if isinstance(key, rsa.RSAPrivateKey) else -7, "sig": made}
        if x5c:
            statement["x5c"] = x5c
    whole = cbor({"fmt": form, "attStmt": statement, "authData": data})
    return {"attestation_object": b64u(whole), "client_data_json": b64u(client), "rp_id": "example.com"}


def anchors(*pairs):
    text = '[[anchor]]\naaguid = "%s"\nder = "%s"\n'
    return "".join(text % (guid(model), b64(der)) for model, der in pairs)


CASES = []


def case(what, code, check, verdict, made, trust=None, blob=None):
    text = made if isinstance(made, str) else json.dumps(made)
    one = {"what": what, "exit": code, "check": check, "verdict": verdict, "evidence": text}
    one["trust"] = anchors((MODEL, ROOT_CERT)) if trust is None else trust
    if blob is not None:
        one["blob"] = blob
    CASES.append(one)


GOOD = evidence([leaf()])
case("a good one", 0, "ATT-CHAIN", "pass", GOOD)

# Client data.
for what, code, client in [
    ("inside a page of another origin", 6, CLIENT.replace(b"false", b"true")),
    ("topOrigin", 6, CLIENT[:-1] + b',"topOrigin":"https://example.com"}'),
    ("topOrigin, null", 6, CLIENT[:-1] + b',"topOrigin":null}'),
    ("a mark before it", 0, b"\xef\xbb\xbf" + CLIENT),
    ("two marks before it", 6, b"\xef\xbb\xbf" * 2 + CLIENT),
    ("a member 127 levels deep in all", 0, CLIENT[:-1] + b',"x":' + b"[" * 126 + b"]" * 126 + b"}"),
    ("a member 128 levels deep in all", 6, CLIENT[:-1] + b',"x":' + b"[" * 127 + b"]" * 127 + b"}"),
    ("a member 5,001 levels deep", 6, CLIENT[:-1] + b',"x":' + b"[" * 5000 + b"]" * 5000 + b"}"),
    ("a number of 300 digits", 0, CLIENT[:-1] + b',"x":' + b"1" * 300 + b"}"),
    ("a number of 400 digits", 6, CLIENT[:-1] + b',"x":' + b"1" * 400 + b"}"),
    ("a number of 5,000 digits", 6, CLIENT[:-1] + b',"x":' + b"1" * 5000 + b"}"),
    ("a number that is not finite", 6, CLIENT[:-1] + b',"x":[1e999]}'),
    ("a very small number", 0, CLIENT[:-1] + b',"x":[1e-999]}'),
    ("half a character as a value", 6, CLIENT[:-1] + b',"x":"\\ud800"}'),
    ("half a character as a name", 6, CLIENT[:-1] + b',"\\ud800":1}'),
    ("half a character as a name within", 6, CLIENT[:-1] + b',"x":{"\\udc00":1}}'),
    ("both halves of a character", 0, CLIENT[:-1] + b',"x":"\\ud83d\\ude00"}'),
    ("no UTF-8 in a member", 6, CLIENT[:-1] + b',"x":"\xff"}'),
    ("a member that is read, twice", 6, CLIENT[:-1] + b',"crossOrigin":false}'),
    ("a member that is not read, twice", 6, CLIENT[:-1] + b',"x":1,"x":1}'),
    ("a name within a member twice", 0, CLIENT[:-1] + b',"x":{"y":1,"y":1}}'),
    ("a port of five digits", 0, CLIENT.replace(b"example.com", b"example.com:00443")),
    ("a port of six digits", 6, CLIENT.replace(b"example.com", b"example.com:000443")),
]:
    case("client data: " + what, code, "RP-HASH", "fail" if code else "pass", evidence([leaf()], client=client))

# Attestation objects.
case("no credential", 6, "ATT-FMT", "fail", evidence(statement={}, form="none", data=auth_data(flags=5)))
case("no credential, packed", 6, "ATT-FMT", "fail", evidence([leaf()], data=auth_data(flags=5)))
for curve, code, verdict in [(ec.SECP256R1(), 1, "pass"), (ec.SECP384R1(), 6, "fail")]:
    key = curve_key("u2f", curve)
    data, point = auth_data(key), key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    message = b"\0" + data[:32] + hashlib.sha256(CLIENT).digest() + b"c" * 32 + point
    statement = {"sig": sign(LEAF, message), "x5c": [leaf()]}
    case("fido-u2f about %s" % curve.name, code, "ATT-SIG", verdict, evidence(statement=statement, form="fido-u2f", data=data))

# Object identifiers.
for what, code, kind in [
    ("a number above 32 bits", 0, oid("1.3.6.1.4.1.4294967296.1")),
    ("a second number of 999", 0, oid("2.999.1")),
    ("of 61 bytes", 0, oid("1.3" + ".1" * 60)),
    ("of one byte", 0, b"\x06\x01\x2b"),
    ("a number in a second spelling", 6, b"\x06\x03\x2b\x80\x01"),
    ("a number that does not end", 6, b"\x06\x02\x2b\x81"),
    ("no number", 6, b"\x06\x00"),
]:
    verdict = "fail" if code else "pass"
    within = [NO_AUTHORITY, OF_MODEL, ext(kind, b"\x05\0")]
    case("object identifier: %s, of an extension" % what, code, "ATT-CERT-REQ", verdict, evidence([leaf(within)]))
    named = leaf(subject=leaf_name(extra=((kind, b"x"),)))
    case("object identifier: %s, of the subject" % what, code, "ATT-CERT-REQ", verdict, evidence([named]))
    root_name = authority_name(b"root", ((kind, b"x"),))
    root = cert(root_name, ROOT, root_name, ROOT, [AUTHORITY, ext(kind, b"\x05\0")])
    made = evidence([leaf(issuer=root_name)])
    case("object identifier: %s, of the anchor" % what, code, "ATT-CHAIN", verdict, made, anchors((MODEL, root)))

# RSA keys.
for bits in (2047, 2048):
    small = bits < 2048
    key, verdict = rsa_key(bits), "fail" if small else "pass"
    code = 6 if small else 0
    case("RSA, %d bits: the leaf's" % bits, code, "ATT-SIG", verdict, evidence([leaf(key=key)], key=key))
    root = cert(ROOT_NAME, key, ROOT_NAME, key, [AUTHORITY])
    made = evidence([leaf(issuer_key=key)])
    case("RSA, %d bits: the anchor's" % bits, code, "ATT-CHAIN", verdict, made, anchors((MODEL, root)))
    middle = cert(MIDDLE_NAME, key, ROOT_NAME, ROOT, [AUTHORITY])
    made = evidence([leaf(issuer=MIDDLE_NAME, issuer_key=key), middle])
    case("RSA, %d bits: an issuer's" % bits, code, "ATT-CHAIN", verdict, made)
    made = evidence(key=key, data=auth_data(key))
    case("RSA, %d bits: the credential's" % bits, 6 if small else 1, "ATT-SIG", verdict, made)

# The chain.
UNCHECKED = seq(oid("1.2.840.10045.4.3.4"))
late = cert(ROOT_NAME, ROOT, ROOT_NAME, ROOT, [AUTHORITY], until=b"20260101000000Z")
made = evidence([leaf(outer=UNCHECKED)])
case("an algorithm that is not checked", 1, "ATT-CHAIN", "unknown", made)
case("an algorithm that is not checked, to an anchor of the past", 6, "ATT-CHAIN", "fail", made, anchors((MODEL, late)))
case("to an anchor of the past", 6, "ATT-CHAIN", "fail", GOOD, anchors((MODEL, late)))
odd = ext("1.2.3.4", b"\x05\0")
for what, code, exts in [
    ("nothing odd", 0, [AUTHORITY]),
    ("an extension twice", 6, [AUTHORITY, odd, odd]),
    ("key usage that signs certificates", 0, [AUTHORITY, ext(USAGE, b"\x03\x02\x01\x06", b"\xff")]),
    ("key usage that signs none", 6, [AUTHORITY, ext(USAGE, b"\x03\x02\x01\x82", b"\xff")]),
    ("key usage of no bits", 6, [AUTHORITY, ext(USAGE, b"\x03\x01\x00")]),
    ("key usage that ends before the bit", 6, [AUTHORITY, ext(USAGE, b"\x03\x02\x03\xf8")]),
    ("key usage that is no bits", 6, [AUTHORITY, ext(USAGE, b"\x04\x02\x01\x06")]),
    ("a path length of 200", 0, [ext(BASIC, bytes.fromhex("30070101ff020200c8"), b"\xff")]),
]:
    middle = cert(MIDDLE_NAME, MIDDLE, ROOT_NAME, ROOT, exts)
    made = evidence([leaf(issuer=MIDDLE_NAME, issuer_key=MIDDLE), middle])
    case("an issuer: " + what, code, "ATT-CHAIN", "fail" if code else "pass", made)
broken = cert(MIDDLE_NAME, MIDDLE, ROOT_NAME, ROOT, [AUTHORITY, odd, odd])
case("a broken certificate beside the chain", 0, "ATT-CHAIN", "pass", evidence([leaf(), broken, b"\x30\0"]))
aside = [cert(authority_name(b"%d" % place), MIDDLE, ROOT_NAME, ROOT, [AUTHORITY]) for place in range(8)]
case("eight certificates", 0, "ATT-CHAIN", "pass", evidence([leaf()] + aside[:7]))
case("nine certificates", 6, "ATT-CHAIN", "fail", evidence([leaf()] + aside))
for what, code, exts in [
    ("basic constraints that say no in words", 0, [ext(BASIC, bytes.fromhex("3003010100"), b"\xff"), OF_MODEL]),
    ("names that are no list", 6, [NO_AUTHORITY, OF_MODEL, ext(NAMES, b"\x04\0")]),
    ("distribution points that are none", 6, [NO_AUTHORITY, OF_MODEL, ext(POINTS, b"zz")]),
]:
    case("the first: " + what, code, "ATT-CHAIN", "fail" if code else "pass", evidence([leaf(exts)]))
for what, code, vendor in [("U+001C", 0, b"\x1c"), ("a space", 6, b" ")]:
    made = evidence([leaf(subject=leaf_name(vendor))])
    case("a vendor of " + what, code, "ATT-CERT-REQ", "fail" if code else "pass", made)
two = cert(ROOT_NAME, ROOT, ROOT_NAME, ROOT, [AUTHORITY], inner=UNCHECKED)
case("an anchor that names two algorithms", 6, "ATT-CHAIN", "fail", GOOD, anchors((MODEL, two)))
first = cert(ROOT_NAME, ROOT, ROOT_NAME, ROOT, [AUTHORITY], version=0)
case("an anchor of version 1 with extensions", 6, "ATT-CHAIN", "fail", GOOD, anchors((MODEL, first)))

# How many models an anchor serves.
BARE = evidence([leaf([NO_AUTHORITY])])
renewed = cert(ROOT_NAME, ROOT, ROOT_NAME, ROOT, [AUTHORITY], until=b"20480101000000Z")
for what, code, second in [
    ("alone", 0, []),
    ("itself again", 0, [(MODEL, renewed)]),
    ("another as well, by the same certificate", 6, [(OTHER, ROOT_CERT)]),
    ("another as well, by a renewed certificate", 6, [(OTHER, renewed)]),
]:
    trust = anchors((MODEL, ROOT_CERT), *second)
    case("an anchor serves this model " + what, code, "ATT-AAGUID-EXT", "fail" if code else "pass", BARE, trust)

# Evidence files.
case("evidence that is a list", 2, None, None, json.dumps(list(GOOD.values())))
case("an rp id that is null", 2, None, None, dict(GOOD, rp_id=None))
case("an rp id of half a character", 2, None, None, dict(GOOD, rp_id="\ud800"))

# Metadata.
SIGNER, MDS_KEY, MDS_NAME = curve_key("signer"), curve_key("mds"), authority_name(b"mds")
MDS_ROOT = cert(MDS_NAME, MDS_KEY, MDS_NAME, MDS_KEY, [AUTHORITY])
RIGHT = tlv(0x82, b"mds.fidoalliance.org")
MDS_TRUST = '[[mds-root]]\nder = "%s"\n' % b64(MDS_ROOT)


def signer(names=RIGHT, key=SIGNER, issuer=MDS_NAME, issuer_key=MDS_KEY, wrap=0x30):
    return cert(leaf_name(), key, issuer, issuer_key, [NO_AUTHORITY, ext(NAMES, tlv(wrap, names))])


def header(x5c=None, alg="ES256", **more):
    return dict(alg=alg, typ="JWT", x5c=[b64(one) for one in x5c or [signer()]], **more)


def entry(model=MODEL, root=ROOT_CERT, **more):
    statement = {"description": "D", "attestationRootCertificates": [b64(root)]}
    return dict({"aaguid": guid(model), "metadataStatement": statement, "statusReports": []}, **more)


def payload(*entries, **more):
    return dict({"legalHeader": "L", "no": 7, "nextUpdate": "2026-12-01", "entries": list(entries)}, **more)


def raw(value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def jws(body=None, head=None, key=SIGNER):
    signed = b64u(raw(head or header())) + "." + b64u(raw(body or payload(entry())))
    made = sign(key, signed.encode())
    if not isinstance(key, rsa.RSAPrivateKey):
        made = b"".join(one.to_bytes(32, "big") for one in decode_dss_signature(made))
    return signed + "." + b64u(made)


def metadata(what, code, check, verdict, blob, made=GOOD, trust=MDS_TRUST):
    case("metadata: " + what, code, check, verdict, made, trust, blob)


DEEP, LONG, WHOLE = b"[" * 5000 + b"]" * 5000, b"1" * 5000, raw(payload(entry()))
OURS, THEIRS = raw(entry()), raw(entry(OTHER))
metadata("good", 0, "ATT-CHAIN", "pass", jws())
for what, body in [
    ("payload is a list", [7, "2026-12-01", [entry()]]),
    ("number is -0", WHOLE.replace(b'"no": 7', b'"no": -0')),
    ("nextUpdate is null", payload(entry(), nextUpdate=None)),
    ("legalHeader is no UTF-8", WHOLE.replace(b'"L"', b'"\xff"')),
    ("legalHeader is half a character", WHOLE.replace(b'"L"', b'"\\ud800"')),
    ("legalHeader is deep", WHOLE.replace(b'"L"', DEEP)),
    ("legalHeader is long", WHOLE.replace(b'"L"', LONG)),
    ("an entry is no UTF-8", WHOLE.replace(b'"D"', b'"\xff"')),
    ("a name is half a character", WHOLE[:-1] + b',"\\ud800":1}'),
]:
    metadata(what, 6, "MDS-SIG", "fail", jws(body))
for what, head in [
    ("header is a list", list(header().values())),
    ("header has crit null", header(crit=None)),
    ("header has x5c null", {"alg": "ES256", "x5c": None}),
    ("header is no UTF-8", raw(header())[:-1] + b',"x":"\xff"}'),
    ("header has half a character", raw(header())[:-1] + b',"\\ud800":1}'),
    ("header has nine certificates", header([signer()] + aside)),
    ("signer: an odd name before the right one", header([signer(tlv(0x8A, b"x") + RIGHT)])),
    ("signer: an odd name after the right one", header([signer(RIGHT + tlv(0x8A, b"x"))])),
    ("signer: a cut name after the right one", header([signer(RIGHT + b"\x82\x05x")])),
    ("signer: names as a set", header([signer(wrap=0x31)])),
]:
    metadata(what, 6, "MDS-SIG", "fail", jws(head=head))
metadata("signer: other names beside the right one", 0, "MDS-SIG", "pass", jws(head=header([signer(tlv(0x86, b"x:y") + RIGHT)])))
for what, mine in [
    ("is deep", OURS[:-1] + b',"x":' + DEEP + b"}"),
    ("is long", OURS[:-1] + b',"x":' + LONG + b"}"),
    ("has half a character as a name", OURS[:-1] + b',"\\ud800":1}'),
    ("has half a character as text", OURS.replace(b'"D"', b'"\\ud800"')),
    ("has a root without bytes", raw(entry(metadataStatement={"attestationRootCertificates": [""]}))),
    ("has a null statement", raw(entry(metadataStatement=None))),
    ("has a null description", raw(entry(metadataStatement={"description": None}))),
    ("has a list for its statement", raw(entry(metadataStatement=["D", [b64(ROOT_CERT)]]))),
    ("has a list for a report", raw(entry(statusReports=[["REVOKED", "2020-01-01", None, None, None]]))),
    ("has a null date in a report", raw(entry(statusReports=[{"status": "REVOKED", "effectiveDate": None}]))),
]:
    for whose, body in [("its", mine), ("another's", mine.replace(guid(MODEL).encode(), guid(OTHER).encode()))]:
        own = whose == "its"
        listed = b'{"no":7,"nextUpdate":"2026-12-01","entries":[' + body + b"," + (THEIRS if own else OURS) + b"]}"
        metadata("%s entry %s" % (whose, what), 1 if own else 0, "MDS-STATUS", "unknown" if own else "pass", jws(listed))
for what, code, text in [("a line end and a space", 0, "\n "), ("U+000B", 1, "\x0b"), ("U+001C", 1, "\x1c")]:
    body = payload(entry(metadataStatement={"attestationRootCertificates": [text + b64(ROOT_CERT)]}))
    metadata("a root with %s before it" % what, code, "ATT-CHAIN", "unknown" if code else "pass", jws(body))
for bits in (2047, 2048):
    small, key = bits < 2048, rsa_key(bits)
    code, verdict = (6, "fail") if small else (0, "pass")
    blob = jws(head=header([signer(key=key)], "RS256"), key=key)
    metadata("RSA, %d bits: the signer's" % bits, code, "MDS-SIG", verdict, blob)
    middle = cert(MIDDLE_NAME, key, MDS_NAME, MDS_KEY, [AUTHORITY])
    blob = jws(head=header([signer(issuer=MIDDLE_NAME, issuer_key=key), middle]))
    metadata("RSA, %d bits: an issuer's" % bits, code, "MDS-SIG", verdict, blob)
for what, code, bits in [("signs certificates", 0, b"\x03\x02\x01\x06"), ("signs none", 6, b"\x03\x02\x01\x82")]:
    middle = cert(MIDDLE_NAME, MIDDLE, MDS_NAME, MDS_KEY, [AUTHORITY, ext(USAGE, bits)])
    blob = jws(head=header([signer(issuer=MIDDLE_NAME, issuer_key=MIDDLE), middle]))
    metadata("an issuer whose key usage " + what, code, "MDS-SIG", "fail" if code else "pass", blob)
trust = MDS_TRUST + anchors((MODEL, ROOT_CERT))
for what, code, model in [("the same model", 0, MODEL), ("another model", 6, OTHER)]:
    blob, verdict = jws(payload(entry(model, renewed))), "fail" if code else "pass"
    lists = "it lists the trust file's anchor, renewed, for " + what
    metadata(lists, code, "ATT-AAGUID-EXT", verdict, blob, BARE, trust)
    metadata(lists + "; the certificate names its model", 0, "ATT-AAGUID-EXT", "pass", blob, GOOD, trust)

place = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cases.json")
with open(place, "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(one) for one in CASES) + "\n]\n")

#!/usr/bin/env bash
# Makes the files of this folder anew, with OpenSSL 3 and authorities that live for this one run.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

authority() { # name, digest of the signature, digest in ESSCertID, then the kind of key
  local name=$1 digest=$2 ess=$3
  shift 3
  printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n' >ca.ext
  printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n' >tsa.ext
  for one in root middle tsa loose; do openssl genpkey "$@" -out "$name-$one.key" 2>/dev/null; done
  openssl req -x509 -new -key "$name-root.key" -sha256 -subj "/O=Test/CN=$name root" -days 7300 \
    -out "$name-root.pem" -addext basicConstraints=critical,CA:TRUE
  openssl req -new -key "$name-middle.key" -subj "/O=Test/CN=$name middle" -out csr
  openssl x509 -req -in csr -CA "$name-root.pem" -CAkey "$name-root.key" -CAcreateserial -sha256 \
    -days 5000 -extfile ca.ext -out "$name-middle.pem" 2>/dev/null
  openssl req -new -key "$name-tsa.key" -subj "/O=Test/CN=$name stamps" -out csr
  openssl x509 -req -in csr -CA "$name-middle.pem" -CAkey "$name-middle.key" -CAcreateserial -sha256 \
    -days 3000 -extfile tsa.ext -out "$name-tsa.pem" 2>/dev/null
  printf '[tsa]\ndefault_tsa=t\n[t]\nserial=%s\nsigner_cert=%s\ncerts=%s\nsigner_key=%s\nsigner_digest=%s\ness_cert_id_alg=%s\ndefault_policy=1.2.3.4.1\ndigests=sha256,sha512\naccuracy=secs:1\nordering=yes\ntsa_name=yes\n' \
    serial "$name-tsa.pem" "$name-middle.pem" "$name-tsa.key" "$digest" "$ess" >"$name.cnf"
  openssl ts -reply -config "$name.cnf" -queryfile "$here/request.tsq" -out "$here/$name.tsr" 2>/dev/null
  openssl x509 -in "$name-root.pem" -outform DER -out "$here/$name-root.der"
}

printf 'glasskey:abababab-abab-abab-abab-abababababab/contoso\n15\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n' >"$here/checkpoint.txt"
openssl ts -query -data "$here/checkpoint.txt" -sha256 -cert -out "$here/request.tsq" 2>/dev/null
echo 1000 >serial
authority rsa2048 sha256 sha1 -algorithm RSA -pkeyopt rsa_keygen_bits:2048
authority rsa4096 sha512 sha256 -algorithm RSA -pkeyopt rsa_keygen_bits:4096
authority p256 sha256 sha256 -algorithm EC -pkeyopt ec_paramgen_curve:P-256
authority p384 sha384 sha384 -algorithm EC -pkeyopt ec_paramgen_curve:P-384

# What must be refused.
query() { openssl ts -query -data "$here/checkpoint.txt" "$@" 2>/dev/null; }
reply() { openssl ts -reply -config p256.cnf -queryfile "$1" -out "$here/$2" 2>/dev/null; }
query -sha256 >no-cert.tsq && reply no-cert.tsq no-certificate.tsr
query -sha512 -cert >sha512.tsq && reply sha512.tsq other-digest.tsr
query -sha384 -cert >sha384.tsq && reply sha384.tsq rejected.tsr || true
# A TSTInfo that certificates signed whose purpose is not critical, or not alone.
certificate() { # name, purpose
  printf 'basicConstraints=critical,CA:FALSE\nextendedKeyUsage=%s\n' "$2" >loose.ext
  openssl req -new -key p256-loose.key -subj "/O=Test/CN=$1" -out csr
  openssl x509 -req -in csr -CA p256-middle.pem -CAkey p256-middle.key -CAcreateserial -sha256 \
    -days 3000 -extfile loose.ext -out "$1.pem" 2>/dev/null
}
token() { # name, options of the signature
  local name=$1
  shift
  openssl cms -sign -binary -nodetach -nosmimecap -in tst.der -outform DER "$@" \
    -econtent_type 1.2.840.113549.1.9.16.1.4 -signer "$name.pem" -inkey p256-loose.key \
    -certfile p256-middle.pem -out "$here/$name.token" 2>/dev/null
}
certificate purpose-alone critical,timeStamping
certificate purpose-not-critical timeStamping
certificate purpose-not-alone critical,timeStamping,codeSigning
certificate no-signing-certificate critical,timeStamping
sleep 2 # they are valid from now on
openssl ts -reply -config p256.cnf -queryfile "$here/request.tsq" -token_out -out token.der 2>/dev/null
openssl cms -verify -noverify -inform DER -in token.der -out tst.der 2>/dev/null
token purpose-alone -cades
token purpose-not-critical -cades
token purpose-not-alone -cades
token no-signing-certificate
